"""Questions to the log files: a table over them, a place to ask, and the questions of an investigation.

CloudTrail Lake takes no new customers since 2026-05-31, so Athena asks the log files themselves.
"""

from collections.abc import Sequence

from aws_cdk import Aws, Stack, Token
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.region_info import RegionInfo
from constructs import Construct

from cdk_app import trail_table
from cdk_app.formats import check
from cdk_app.query_results import QueryResults
from cdk_app.saved_queries import saved_queries

GIB = 1024**3


class TrailAnalytics(Construct):
    """A Glue table over one trail's log files, an Athena workgroup, and saved queries.

    It belongs into the account and Region of the log bucket. Athena reads with the rights of whoever asks:
    ``grant_query`` gives them. Without ``account_ids`` each query has to name an account.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        log_bucket_name: str,
        name: str = "trailhold",
        organization_id: str | None = None,
        account_ids: Sequence[str] = (),
        key_prefix: str | None = None,
        regions: Sequence[str] = (),
        first_day: str = "NOW-10YEARS",
        known_networks: Sequence[str] = (),
        scan_limit_gib: int = 100,
        results_days: int = 30,
        results_bucket_name: str | None = None,
        results_key: kms.IKey | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        check(scan_limit_gib >= 1, f"scan_limit_gib: {scan_limit_gib} is not a number of GiB from 1 on")
        self.results = QueryResults(
            self, "Results", days=results_days, bucket_name=results_bucket_name, key=results_key
        )
        self.workgroup = self._workgroup(name, scan_limit_gib)
        self.database_name = f"{name.replace('-', '_')}_logs"
        self.table_name = "cloudtrail_logs"
        root = trail_table.location(log_bucket_name, organization_id, key_prefix)
        projected = trail_table.projection(
            root, account_ids, regions or every_region(Stack.of(self).region), first_day
        )
        self.table = self._table(root, projected)
        self._save_queries(name_account=not account_ids, known_networks=known_networks)

    def _workgroup(self, name: str, scan_limit_gib: int) -> athena.CfnWorkGroup:
        """Make the place to ask: its settings win over a client's, and a query that reads too much ends."""
        return athena.CfnWorkGroup(
            self,
            "Workgroup",
            name=f"{name}-cloudtrail",
            description="Questions to CloudTrail's log files",
            # Or the deletion of the stack would stop at the history of queries.
            recursive_delete_option=True,
            work_group_configuration=athena.CfnWorkGroup.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=scan_limit_gib * GIB,
                engine_version=athena.CfnWorkGroup.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=athena.CfnWorkGroup.ResultConfigurationProperty(
                    output_location=self.results.location,
                    expected_bucket_owner=Stack.of(self).account,
                    encryption_configuration=athena.CfnWorkGroup.EncryptionConfigurationProperty(
                        encryption_option="SSE_KMS", kms_key=self.results.key.key_arn
                    ),
                ),
            ),
        )

    def _table(self, root: str, projected: dict[str, str]) -> glue.CfnTable:
        catalog = Stack.of(self).account
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=catalog,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database_name, description="CloudTrail's log files"
            ),
        )
        table = glue.CfnTable(
            self,
            "Table",
            catalog_id=catalog,
            database_name=self.database_name,
            table_input=glue.CfnTable.TableInputProperty(
                name=self.table_name,
                description="One row an event; name the day, or every file is read",
                table_type="EXTERNAL_TABLE",
                parameters={"EXTERNAL": "TRUE", **projected},
                partition_keys=[_column(key, "string") for key in trail_table.PARTITIONS],
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[_column(key, kind) for key, kind in trail_table.COLUMNS.items()],
                    location=root,
                    input_format=trail_table.INPUT,
                    output_format=trail_table.OUTPUT,
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library=trail_table.SERDE, parameters={"serialization.format": "1"}
                    ),
                ),
            ),
        )
        table.node.add_dependency(database)
        return table

    def _save_queries(self, *, name_account: bool, known_networks: Sequence[str]) -> None:
        questions = saved_queries(
            database=self.database_name,
            table=self.table_name,
            name_account=name_account,
            known_networks=known_networks,
        )
        for question in questions:
            saved = athena.CfnNamedQuery(
                self,
                "".join(word.capitalize() for word in question.name.split("-")),
                name=question.name,
                description=f"{question.question} Parameters: {'; '.join(question.parameters)}",
                database=self.database_name,
                work_group=self.workgroup.name,
                query_string=question.sql,
            )
            saved.node.add_dependency(self.workgroup, self.table)

    def grant_query(
        self, grantee: iam.IGrantable, *, log_bucket: s3.IBucket, log_key: kms.IKey | None = None
    ) -> None:
        """Let somebody ask: run queries here, look the table up, read log files, and read the results."""
        glue_here = f"arn:{Aws.PARTITION}:glue:{Aws.REGION}:{Aws.ACCOUNT_ID}"
        iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["glue:GetDatabase", "glue:GetTable", "glue:GetPartitions"],
            resource_arns=[
                f"{glue_here}:catalog",
                f"{glue_here}:database/{self.database_name}",
                f"{glue_here}:table/{self.database_name}/{self.table_name}",
            ],
        )
        workgroup = (
            f"arn:{Aws.PARTITION}:athena:{Aws.REGION}:{Aws.ACCOUNT_ID}:workgroup/{self.workgroup.name}"
        )
        iam.Grant.add_to_principal(grantee=grantee, actions=list(ASKING), resource_arns=[workgroup])
        log_bucket.grant_read(grantee)
        self.results.bucket.grant_read_write(grantee)
        if log_key:
            log_key.grant_decrypt(grantee)


ASKING = (
    "athena:BatchGetNamedQuery",
    "athena:BatchGetQueryExecution",
    "athena:GetNamedQuery",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetWorkGroup",
    "athena:ListNamedQueries",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)


def every_region(home: str) -> list[str]:
    """Return all Regions of a Region's partition: events of one that is missing here would not be found."""
    partition = None if Token.is_unresolved(home) else RegionInfo.get(home).partition
    return sorted(info.name for info in RegionInfo.regions if info.partition == (partition or "aws"))


def _column(name: str, kind: str) -> glue.CfnTable.ColumnProperty:
    return glue.CfnTable.ColumnProperty(name=name, type=kind)
