"""Lambda in CloudFormation, and the custom resources that functions stand behind, run for real."""

import json
import os
import subprocess
import sys
import tempfile
import zipfile
from io import BytesIO
from typing import Any

from moto.awslambda.models import lambda_backends

from tests.deploy.embedded import access
from tests.deploy.embedded.resource import Kind, Physical, Request, given

AMAZON = "123456789012"
"""Owns the bucket that custom resources answer to; moto takes whoever signs nothing for this account."""
RUNTIME = """
import importlib, json, sys, time
time.sleep = lambda seconds: None
sys.path.insert(0, "")
module, _, name = sys.argv[1].rpartition(".")
getattr(importlib.import_module(module), name)(json.load(sys.stdin), None)
"""
"""What Lambda does with a Python function, but that nothing here takes time to settle."""
SETTINGS = (
    "Architectures",
    "DeadLetterConfig",
    "Description",
    "Environment",
    "EphemeralStorage",
    "Handler",
    "Layers",
    "LoggingConfig",
    "MemorySize",
    "Role",
    "Runtime",
    "Timeout",
    "TracingConfig",
)


def put_function(request: Request) -> Physical:
    """Create a function, or bring one to what the template says."""
    function = request.client("lambda")
    name = request.take("FunctionName", request.name)[:64]
    code = request.take("Code")
    settings = {setting: request.take(setting) for setting in SETTINGS if setting in request.properties}
    settings |= given(KMSKeyArn=request.take("KmsKeyArn"))
    tags = {tag["Key"]: tag["Value"] for tag in request.take("Tags", [])}
    reserved = request.take("ReservedConcurrentExecutions")
    if request.existing == name:
        function.update_function_code(FunctionName=name, **code)
        function.update_function_configuration(FunctionName=name, **settings)
    else:
        function.create_function(FunctionName=name, Code=code, Tags=tags, **settings)
    if reserved is not None:
        function.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=reserved)
    return Physical(name, {"Arn": request.arn("lambda", f"function:{name}")})


def delete_function(request: Request) -> None:
    """Delete a function."""
    request.client("lambda").delete_function(FunctionName=request.existing)


def put_permission(request: Request) -> Physical:
    """Let somebody else invoke a function."""
    name = request.existing or request.name
    request.client("lambda").add_permission(
        StatementId=name,
        FunctionName=request.take("FunctionName"),
        Action=request.take("Action"),
        Principal=request.take("Principal"),
        **given(SourceArn=request.take("SourceArn"), SourceAccount=request.take("SourceAccount")),
    )
    return Physical(name)


def delete_permission(request: Request) -> None:
    """Let somebody else invoke the function no longer."""
    function = request.take("FunctionName")
    request.client("lambda").remove_permission(FunctionName=function, StatementId=request.existing)


def put_custom(request: Request) -> Physical:
    """Let the function behind a custom resource create or update it; raises what the function says."""
    kind = "Update" if request.existing else "Create"
    properties = request.properties.copy()
    request.properties.clear()
    answer = _ask(request, kind, properties)
    return Physical(answer["PhysicalResourceId"], {k: str(v) for k, v in answer.get("Data", {}).items()})


def delete_custom(request: Request) -> None:
    """Let the function behind a custom resource delete it."""
    _ask(request, "Delete", request.properties)


def _ask(request: Request, kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Send a request to the function and wait for its answer, which comes through S3 as on AWS."""
    s3 = access.client("s3", AMAZON, request.region)
    bucket, key = f"cloudformation-custom-resource-response-{request.region}", request.name or "delete"
    s3.create_bucket(Bucket=bucket, **_located(request.region))
    place = {"Bucket": bucket, "Key": key}
    event = {
        "RequestType": kind,
        "ResponseURL": s3.generate_presigned_url("put_object", Params=place, HttpMethod="PUT"),
        "StackId": request.arn("cloudformation", "stack/embedded"),
        "RequestId": request.name,
        "LogicalResourceId": request.name,
        "ResourceType": "AWS::CloudFormation::CustomResource",
        "ResourceProperties": properties,
        **given(PhysicalResourceId=request.existing),
    }
    log = _invoke(request, properties["ServiceToken"], event)
    try:
        answer: dict[str, Any] = json.loads(s3.get_object(**place)["Body"].read())
    except s3.exceptions.NoSuchKey:
        raise ValueError(f"the function of {request.name} never answered\n{log}") from None
    finally:
        s3.delete_object(**place)
        s3.delete_bucket(Bucket=bucket)
    if answer["Status"] != "SUCCESS":
        raise ValueError(f"{request.name}: {answer['Reason']}\n{log}")
    return answer


def _located(region: str) -> dict[str, Any]:
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _invoke(request: Request, arn: str, event: dict[str, Any]) -> str:
    """Run the deployed code with its own environment, as its own role, and return what it printed."""
    function: Any = lambda_backends[request.account][request.region].get_function(arn)
    own = {"AWS_REGION": request.region, "AWS_DEFAULT_REGION": request.region}
    environment = os.environ | function.environment_vars | access.credentials(function.role) | own
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(BytesIO(function.code_bytes)).extractall(folder)
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [sys.executable, "-c", RUNTIME, function.handler],
            cwd=folder,
            env=environment,
            input=json.dumps(event),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    return done.stdout


KINDS = {
    "AWS::Lambda::Function": Kind(put_function, delete_function, "FunctionName"),
    "AWS::Lambda::Permission": Kind(put_permission, delete_permission),
    "AWS::CloudFormation::CustomResource": Kind(put_custom, delete_custom),
}
