"""Glue and Athena in CloudFormation: their properties have the API's names."""

from tests.deploy.embedded.resource import Kind, Physical, Request, given


def put_database(request: Request) -> Physical:
    """Create a database, or bring one to what the template says."""
    glue = request.client("glue")
    catalog, wanted = request.take("CatalogId"), request.take("DatabaseInput")
    name = wanted["Name"]
    if request.existing == name:
        glue.update_database(CatalogId=catalog, Name=name, DatabaseInput=wanted)
    else:
        glue.create_database(CatalogId=catalog, DatabaseInput=wanted)
    return Physical(name)


def delete_database(request: Request) -> None:
    """Delete a database."""
    request.client("glue").delete_database(Name=request.existing)


def put_table(request: Request) -> Physical:
    """Create a table, or bring one to what the template says."""
    glue = request.client("glue")
    catalog, database = request.take("CatalogId"), request.take("DatabaseName")
    wanted = request.take("TableInput")
    change = glue.update_table if request.existing == wanted["Name"] else glue.create_table
    change(CatalogId=catalog, DatabaseName=database, TableInput=wanted)
    return Physical(wanted["Name"])


def delete_table(request: Request) -> None:
    """Delete a table."""
    request.client("glue").delete_table(DatabaseName=request.take("DatabaseName"), Name=request.existing)


def put_workgroup(request: Request) -> Physical:
    """Create a workgroup, or bring one to what the template says."""
    athena = request.client("athena")
    name, configuration = request.take("Name"), request.take("WorkGroupConfiguration")
    request.take("RecursiveDeleteOption")
    state, description = request.take("State"), request.take("Description")
    tags = request.take("Tags")
    if request.existing == name:
        athena.update_work_group(WorkGroup=name, **given(State=state, Description=description))
    else:
        made = given(Configuration=configuration, Description=description, Tags=tags)
        athena.create_work_group(Name=name, **made)
    return Physical(name)


def delete_workgroup(request: Request) -> None:
    """Delete a workgroup with what was saved in it."""
    athena = request.client("athena")
    athena.delete_work_group(WorkGroup=request.existing, RecursiveDeleteOption=True)


def put_query(request: Request) -> Physical:
    """Save a query; one that changes is saved anew, as in CloudFormation."""
    athena = request.client("athena")
    names = ("Name", "Database", "QueryString", "Description", "WorkGroup")
    saved = given(**{name: request.take(name) for name in names})
    id = athena.create_named_query(**saved)["NamedQueryId"]
    return Physical(id, {"NamedQueryId": id})


def delete_query(request: Request) -> None:
    """Forget a query: moto cannot, so it stays until its workgroup goes."""


KINDS = {
    "AWS::Glue::Database": Kind(put_database, delete_database),
    "AWS::Glue::Table": Kind(put_table, delete_table),
    "AWS::Athena::WorkGroup": Kind(put_workgroup, delete_workgroup, "Name"),
    "AWS::Athena::NamedQuery": Kind(put_query, delete_query),
}
