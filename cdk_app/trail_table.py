"""The table over CloudTrail's log files: columns of a record, and where the files of a day are."""

from collections.abc import Mapping, Sequence

SESSION_ISSUER = "struct<type:string,principalid:string,arn:string,accountid:string,username:string>"
SESSION = (
    "struct<attributes:struct<mfaauthenticated:string,creationdate:string>,"
    f"sessionissuer:{SESSION_ISSUER},ec2roledelivery:string,sourceidentity:string,assumedroot:string,"
    "webidfederationdata:struct<federatedprovider:string,attributes:map<string,string>>>"
)
USER_IDENTITY = (
    "struct<type:string,principalid:string,arn:string,accountid:string,invokedby:string,accesskeyid:string,"
    "username:string,identityprovider:string,credentialid:string,"
    f"onbehalfof:struct<userid:string,identitystorearn:string>,sessioncontext:{SESSION}>"
)
COLUMNS: Mapping[str, str] = {
    "eventversion": "string",
    "useridentity": USER_IDENTITY,
    "eventtime": "string",
    "eventsource": "string",
    "eventname": "string",
    "awsregion": "string",
    "sourceipaddress": "string",
    "useragent": "string",
    "errorcode": "string",
    "errormessage": "string",
    "requestparameters": "string",
    "responseelements": "string",
    "additionaleventdata": "string",
    "requestid": "string",
    "eventid": "string",
    "readonly": "string",
    "resources": "array<struct<arn:string,accountid:string,type:string>>",
    "eventtype": "string",
    "apiversion": "string",
    "managementevent": "string",
    "recipientaccountid": "string",
    "serviceeventdetails": "string",
    "sharedeventid": "string",
    "vpcendpointid": "string",
    "vpcendpointaccountid": "string",
    "eventcategory": "string",
    "addendum": "struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>",
    "sessioncredentialfromconsole": "string",
    "edgedevicedetails": "string",
    "tlsdetails": "struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>",
}
"""Names and Hive types of a record of version 1.11 (CloudTrail user guide, record contents).

What differs by service (request, response and the like) is JSON text, for ``json_extract_scalar``.
"""
PARTITIONS = ("account", "region", "day")
"""Columns that come from the path of a file; a query that names a day reads no other day's files."""
SERDE = "org.apache.hive.hcatalog.data.JsonSerDe"
"""Knows the nested fields of newer records, which ``com.amazon.emr.hive.serde.CloudTrailSerde`` does not."""
INPUT = "com.amazon.emr.cloudtrail.CloudTrailInputFormat"
OUTPUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"


def location(bucket: str, organization_id: str | None, key_prefix: str | None) -> str:
    """Return where the folders of the accounts begin."""
    folders = [bucket, key_prefix, "AWSLogs", organization_id]
    return f"s3://{'/'.join(folder for folder in folders if folder)}/"


def projection(root: str, accounts: Sequence[str], regions: Sequence[str], first_day: str) -> dict[str, str]:
    """Return the table properties by which Athena computes the folders instead of listing them.

    Without accounts every query has to name its own (``account = '...'``), as in an organization whose
    accounts come and go.
    """
    by_account = {"projection.account.type": "injected"}
    if accounts:
        by_account = {"projection.account.type": "enum", "projection.account.values": ",".join(accounts)}
    return {
        "classification": "cloudtrail",
        "projection.enabled": "true",
        **by_account,
        "projection.region.type": "enum",
        "projection.region.values": ",".join(regions),
        "projection.day.type": "date",
        "projection.day.format": "yyyy/MM/dd",
        "projection.day.range": f"{first_day},NOW",
        "projection.day.interval": "1",
        "projection.day.interval.unit": "DAYS",
        "storage.location.template": f"{root}${{account}}/CloudTrail/${{region}}/${{day}}/",
    }
