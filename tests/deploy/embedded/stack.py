"""moto's CloudFormation, taught: each resource goes through the public API, and none is skipped."""

from typing import Any

from botocore.exceptions import ClientError, ParamValidationError
from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import Stack
from moto.cloudformation.parsing import OutputMap

from checker.demo.teach import Lesson
from tests.deploy.embedded.kinds import KINDS
from tests.deploy.embedded.resource import Kind, Physical, Request

STOCK = ("AWS::ECR::Repository", "AWS::SSM::Parameter")
"""Of the bootstrap stack, and done well enough by moto itself."""
NOTHING = ("AWS::CDK::Metadata",)
KEPT = ("Retain", "RetainExceptOnCreate")


class Resource:
    """A resource that exists, as moto's stacks keep it."""

    def __init__(self, handler: "Handler", physical: Physical, template: dict[str, Any]) -> None:
        self.handler = handler
        self.physical_resource_id = physical.id
        self.attributes = physical.attributes
        self.template = template
        self.cf_resource_type = template["Type"]
        self.logical_resource_id = ""

    def is_created(self) -> bool:
        """Say that nothing is left to wait for."""
        return True

    def get_cfn_attribute(self, name: str) -> str:
        """Answer Fn::GetAtt."""
        if name not in self.attributes:
            raise ValidationError(message=f"{self.cf_resource_type} has no attribute {name} here")
        return self.attributes[name]

    def delete(self, account: str, region: str) -> None:
        """Delete the resource unless the template retains it; moto asks on update, too."""
        if self.template.get("DeletionPolicy") in KEPT:
            return
        self.handler.remove(self, account, region)


class Handler:
    """One resource type as moto's template parser wants it: a class of which it calls the class methods."""

    def __init__(self, type: str, kind: Kind) -> None:
        self.type = type
        self.kind = kind

    def has_cfn_attr(self, attribute: str) -> bool:
        """Leave it to the resource, which knows its attributes."""
        return True

    def create_from_cloudformation_json(
        self, name: str, template: dict[str, Any], account: str, region: str, **_: Any
    ) -> Resource:
        """Create the resource."""
        return self._put(_request(name, template, account, region), template)

    def update_from_cloudformation_json(
        self,
        original_resource: Resource,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Resource:
        """Bring the resource to what the template says, and remove the one that was replaced."""
        if cloudformation_json.get("Properties") == original_resource.template.get("Properties"):
            original_resource.template = cloudformation_json
            return original_resource
        request = _request(new_resource_name, cloudformation_json, account_id, region_name)
        existing = original_resource.physical_resource_id
        updated = self._put(request._replace(existing=existing), cloudformation_json)
        replaced = updated.physical_resource_id != existing
        if replaced and cloudformation_json.get("UpdateReplacePolicy") not in KEPT:
            self.remove(original_resource, account_id, region_name)
        return updated

    def remove(self, resource: Resource, account: str, region: str) -> None:
        """Delete the resource through the API."""
        request = _request("", resource.template, account, region)
        try:
            self.kind.remove(request._replace(existing=resource.physical_resource_id))
        except ClientError as error:
            if "NotFound" not in str(error) and "NoSuch" not in str(error):
                raise

    def _put(self, request: Request, template: dict[str, Any]) -> Resource:
        try:
            physical = self.kind.put(request)
        except (ClientError, ParamValidationError, ValueError) as error:
            raise ValidationError(message=f"{self.type} {request.name}: {error}") from error
        if request.properties:
            self._take_back(request, physical, template)
            lost = ", ".join(sorted(request.properties))
            raise ValidationError(message=f"{self.type} {request.name}: no place for {lost} here")
        return Resource(self, physical, template)

    def _take_back(self, request: Request, physical: Physical, template: dict[str, Any]) -> None:
        """Remove what is new and lacks something."""
        if physical.id != request.existing:
            self.remove(Resource(self, physical, template), request.account, request.region)


def _request(name: str, template: dict[str, Any], account: str, region: str) -> Request:
    return Request(account, region, name, dict(template.get("Properties", {})))


HANDLERS = {type: Handler(type, kind) for type, kind in KINDS.items()}


def resource_class_from_type(type: str) -> Any:
    """Find who deploys a type: ours, moto's, or nobody, which is an error."""
    if type in HANDLERS:
        return HANDLERS[type]
    if type.startswith("Custom::"):
        return HANDLERS["AWS::CloudFormation::CustomResource"]
    if type in STOCK:
        return _stock(type)
    if type in NOTHING:
        return None
    raise ValidationError(message=f"{type} is no type that the embedded AWS can deploy")


def resource_name_property_from_type(type: str) -> str | None:
    """Find the property that names a resource of a type."""
    return HANDLERS[type].kind.name if type in HANDLERS else _stock_name(type)


def create_resources(self: Stack) -> None:
    """Create all or nothing: moto leaves the half of a stack behind, which nobody can then look at."""
    try:
        _create_resources(self)
    except ValidationError as error:
        self._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=str(error))
        self.resource_map.delete()
        self.output_map = OutputMap(self.resource_map, {"Outputs": {}}, self.stack_id)
        self.status = "ROLLBACK_COMPLETE"
        self._add_stack_event("ROLLBACK_COMPLETE")


_create_resources = Stack.create_resources
_stock = parsing.resource_class_from_type
_stock_name = parsing.resource_name_property_from_type

LESSONS = (
    Lesson(Stack, "create_resources", create_resources),
    Lesson(parsing, "resource_class_from_type", resource_class_from_type),
    Lesson(parsing, "resource_name_property_from_type", resource_name_property_from_type),
)
