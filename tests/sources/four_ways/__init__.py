"""One world, described four ways: on the wire, as CloudFormation, as a Terraform plan, as a snapshot.

The world is the simulator's, in the words of the AWS API; each module here writes one kind of its resources
in both languages, side by side. Names are held against the schemas of CloudFormation (cfn-lint) and of the
provider (``provider.json``).
"""
