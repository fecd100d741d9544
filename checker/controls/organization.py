"""Controls on the organization itself: that accounts are in one, and who administers it."""

from checker.controls.governed import CLOUDTRAIL, elsewhere, few, unseen
from checker.evidence import Cause, Unknown, Unobserved, every
from checker.inventory import Account, Organization
from checker.model import (
    BASELINE,
    STRICT,
    Context,
    Judgement,
    Remediation,
    Severity,
    control,
    failed,
    passed,
)

ADMINISTRATORS = "organizations:ListDelegatedAdministrators DelegatedAdministrators"
ADMINISTERED = "organizations:ListDelegatedServicesForAccount DelegatedServices"


@control(
    id="TH701",
    name="org-account-in-organization",
    title="The account belongs to an organization with all features",
    severity=Severity.MEDIUM,
    applies_to=Account,
    sets=STRICT,
    expected="an organization with all features",
    reads=(
        "organizations:DescribeOrganization Organization.Id",
        "organizations:DescribeOrganization Organization.FeatureSet",
    ),
    remediation=Remediation(
        text="Invite the account into the organization, or enable all features of an organization that has "
        "consolidated billing alone.",
        cli="aws organizations invite-account-to-organization --target Id=$account,Type=ACCOUNT",
        cdk="no construct: an invitation is accepted by the account itself",
        terraform="aws_organizations_organization.feature_set = ALL",
    ),
)
def in_organization(account: Account, context: Context) -> Judgement:
    """Only from above can an account be bound by policies that its own administrators cannot lift.

    Consolidated billing alone knows neither organization trails nor such policies.
    """
    organization = account.organization.value
    if organization is None:
        return failed("the account belongs to no organization", observed="standalone")
    features = account.feature_set.value
    if features == "ALL":
        return passed(f"the account belongs to organization {organization}", observed=features)
    return failed(f"organization {organization} has no features but billing", observed=str(features))


@control(
    id="TH707",
    name="ct-org-trusted-access",
    title="CloudTrail has trusted access to the organization, and its role",
    severity=Severity.MEDIUM,
    applies_to=Organization,
    sets=BASELINE,
    expected=f"trusted access for {CLOUDTRAIL}, and AWSServiceRoleForCloudTrail in the management account",
    reads=(
        "organizations:ListAWSServiceAccessForOrganization EnabledServicePrincipals",
        "iam:GetRole Role.Arn",
    ),
    remediation=Remediation(
        text="Enable trusted access for CloudTrail and create its service-linked role in the management "
        "account; its console does both when it creates an organization trail.",
        cli=f"aws organizations enable-aws-service-access --service-principal {CLOUDTRAIL} && "
        f"aws iam create-service-linked-role --aws-service-name {CLOUDTRAIL}",
        cdk=f"CfnServiceLinkedRole(aws_service_name='{CLOUDTRAIL}'), and trusted access through the API",
        terraform="aws_organizations_organization.aws_service_access_principals with "
        f"{CLOUDTRAIL}, and aws_iam_service_linked_role",
    ),
)
def trusted(organization: Organization, context: Context) -> Judgement:
    """Without trusted access an organization trail hears of no new account, and cannot be changed."""
    if hidden := unseen(organization):
        return hidden
    owner = context.inventory.accounts.get(organization.management_account)
    role = owner.trail_role if owner else organization.trail_role

    def lacks() -> str:
        return "" if CLOUDTRAIL in organization.trusted_services.value else "trusted access"

    if every(lambda: not lacks(), lambda: role.value):
        return passed("CloudTrail has trusted access and its role", observed="enabled")
    if CLOUDTRAIL not in getattr(organization.trusted_services, "content", (CLOUDTRAIL,)):
        return failed("CloudTrail has no trusted access to the organization", observed="not enabled")
    why = "the management account lacks the role AWSServiceRoleForCloudTrail"
    return failed(why, observed="no service-linked role")


def _strangers(organization: Organization, context: Context, service: str = "") -> Judgement:
    """Compare the administrators, those of one service or of any, with the list of expected ones."""
    expected = context.thresholds.delegated_administrators
    what = service or "any service"
    found, unread = _administering(organization, service)
    strange = {account: services for account, services in found.items() if account not in expected}
    if expected and strange:
        return failed(f"{_named(strange)}, which is not expected", observed=", ".join(sorted(strange)))
    hidden = [why for account, why in unread.items() if account not in expected]
    if hidden:
        raise Unobserved(*hidden)
    if not found and not organization.whole:
        raise Unobserved(elsewhere(f"no member is declared to administer {what}"))
    if not found:
        others = " but those that are expected to" if unread else ""
        return passed(f"no member administers {what}{others}", observed="none")
    listed = ", ".join(sorted(found))
    if not expected:
        why = f"{_named(found)}: list in thresholds.delegated-administrators whether that is meant"
        raise Unobserved(Unknown(why, Cause.UNDECIDED))
    if not organization.whole:
        raise Unobserved(elsewhere(f"{_named(found)}, as expected"))
    return passed(f"{_named(found)}, as expected", observed=listed)


def _administering(organization: Organization, service: str) -> tuple[dict[str, str], dict[str, Unknown]]:
    """Return by account what it administers, if that is the service, or any; and why some may, unread."""
    found: dict[str, str] = {}
    unread: dict[str, Unknown] = {}
    for one in organization.administrators.value:
        if isinstance(one.services, Unknown):
            if service:
                unread[one.account] = one.services
            else:
                found[one.account] = "services that could not be read"
        elif not service or service in one.services.value:
            found[one.account] = ", ".join(one.services.value)
    return found, unread


def _named(found: dict[str, str]) -> str:
    return few(f"account {account} administers {services}" for account, services in sorted(found.items()))


@control(
    id="TH702",
    name="org-delegated-admins-trusted",
    title="Delegated administrators are those that are expected",
    severity=Severity.HIGH,
    applies_to=Organization,
    sets=STRICT,
    expected="delegated administrators that thresholds.delegated-administrators lists",
    reads=(ADMINISTRATORS, ADMINISTERED),
    remediation=Remediation(
        text="Take the delegation back, or list the account in the threshold delegated-administrators.",
        cli="aws organizations deregister-delegated-administrator --account-id ACCOUNT_ID "
        "--service-principal SERVICE",
        cdk="no construct: delegations are made through the API",
        terraform="aws_organizations_delegated_administrator, for expected accounts alone",
    ),
)
def expected_administrators(organization: Organization, context: Context) -> Judgement:
    """Who administers a service of the organization acts in every account, from wherever that account is run.

    Which accounts are meant to, only the deployer knows: without a list it stays open as soon as there is
    one, and holds while there is none. Services are looked at one and all.
    """
    return unseen(organization) or _strangers(organization, context)


@control(
    id="TH708",
    name="ct-org-delegated-admin-scoped",
    title="Only expected accounts administer CloudTrail for the organization",
    severity=Severity.HIGH,
    applies_to=Organization,
    sets=STRICT,
    expected="delegated administrators of CloudTrail that thresholds.delegated-administrators lists",
    reads=(ADMINISTRATORS, ADMINISTERED),
    remediation=Remediation(
        text="Take the delegation of CloudTrail back, or list the account in the threshold "
        "delegated-administrators if it is the one of your security team.",
        cli="aws cloudtrail deregister-organization-delegated-admin "
        "--delegated-admin-account-id ADMIN_ACCOUNT_ID",
        cdk="no construct: delegations are made through the API",
        terraform="aws_cloudtrail_organization_delegated_admin_account, for the security account alone",
    ),
)
def expected_of_cloudtrail(organization: Organization, context: Context) -> Judgement:
    """A delegated administrator can stop, change and delete organization trails: a workload must not be one.

    What an account is for is not told by AWS, so that the list decides; CloudTrail itself admits three at
    most (CloudTrail User Guide, organization delegated administrator).
    """
    return unseen(organization) or _strangers(organization, context, CLOUDTRAIL)
