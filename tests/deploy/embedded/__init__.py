"""An AWS on the loopback address whose CloudFormation deploys what this project's templates hold."""
