"""Calls on the account itself: who asks, its Regions, its organization, its Block Public Access."""

from checker.sources.aws.calls.call import Call, Pages

IDENTITY = Call(service="sts", operation="GetCallerIdentity", always=True)
REGIONS = Call(
    service="account",
    operation="ListRegions",
    always=True,
    pages=Pages(items="Regions", answer_token="NextToken", request_token="NextToken"),
)
REGIONS_BY_EC2 = Call(service="ec2", operation="DescribeRegions", always=True)
ORGANIZATION = Call(
    service="organizations",
    operation="DescribeOrganization",
    always=True,
    absent={"AWSOrganizationsNotInUseException": None},
)

BLOCK_FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
NO_BLOCK = {"PublicAccessBlockConfiguration": dict.fromkeys(BLOCK_FLAGS, False)}
ACCOUNT_PUBLIC_ACCESS_BLOCK = Call(
    service="s3control",
    operation="GetPublicAccessBlock",
    permission="s3:GetAccountPublicAccessBlock",
    absent={"NoSuchPublicAccessBlockConfiguration": NO_BLOCK},
    root="PublicAccessBlockConfiguration",
    flags=BLOCK_FLAGS,
)
