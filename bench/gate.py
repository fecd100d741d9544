"""The gate: what a check of templates costs, beside Checkov on the same templates, and at a size.

``python -m bench.gate [FOLDER]`` runs both, cold and in turn, on FOLDER (``cdk.out`` unless given) and
prints medians; Checkov is the command that CHECKOV names, left out without it. ``--many N`` checks N
templates of 100 resources, as JSON and as YAML, half of them with a trail and all that belongs to it.
"""

import argparse
import copy
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from bench.measure import cost, environment, middle, show
from tests.sources.cloudformation.judging import hardened

PYTHON = Path(sys.executable)
ROOT = Path(__file__).parents[1]
RESOURCES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "cdk.out")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--many", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    rows = many(chosen.many, chosen.runs) if chosen.many else beside(chosen.folder.resolve(), chosen.runs)
    show(rows, chosen.json)


def ours(folder: Path) -> list[str]:
    return [str(PYTHON), "-m", "checker", "check", str(folder), "--format=json", "--quiet"]


def beside(folder: Path, runs: int) -> list[dict[str, Any]]:
    """Measure both commands in turn, so that what else the machine does falls on both."""
    templates = sorted(folder.rglob("*.template.json")) or sorted(folder.rglob("*.yaml"))
    if not templates:
        raise SystemExit(f"there is no template in {folder}: make synth")
    commands = {"trailhold check": ours(folder)}
    if checkov := os.environ.get("CHECKOV"):
        files = [argument for path in templates for argument in ("-f", str(path))]
        commands["checkov"] = [checkov, "--framework", "cloudformation", "--quiet", "--compact", *files]
    env = environment({}, PYTHONPATH=str(ROOT))
    measured: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for command in commands.values():
        cost(command, env)  # so that bytecode is compiled and files are in memory for both
    for _ in range(runs):
        for name, command in commands.items():
            measured[name].append(cost(command, env))
    return [
        _row(name, found, len(templates), runs, measured["trailhold check"])
        for name, found in measured.items()
    ]


def _row(
    name: str, found: Sequence[dict[str, float]], templates: int, runs: int, first: Sequence[dict[str, float]]
) -> dict[str, Any]:
    return {
        "command": name,
        "templates": templates,
        "wall s": middle(found, "wall"),
        "CPU s": middle(found, "cpu"),
        "peak MB": middle(found, "peak_mb"),
        "wall of ours": middle(found, "wall") / middle(first, "wall"),
        "CPU of ours": middle(found, "cpu") / middle(first, "cpu"),
        "runs": runs,
    }


def many(number: int, runs: int) -> list[dict[str, Any]]:
    """Measure one check of many templates."""
    env, rows = environment({}, PYTHONPATH=str(ROOT)), []
    for kind in ("json", "yaml"):
        with tempfile.TemporaryDirectory() as folder:
            size = sum(_write(Path(folder), kind, n) for n in range(number))
            found = [cost(ours(Path(folder)), env) for _ in range(runs)]
        rows.append(
            {
                "templates": f"{number} of {RESOURCES} resources, {kind}",
                "MB": size / 1e6,
                "wall s": middle(found, "wall"),
                "CPU s": middle(found, "cpu"),
                "peak MB": middle(found, "peak_mb"),
                "exit code": middle(found, "exit_code"),
                "runs": runs,
            }
        )
    return rows


def _write(folder: Path, kind: str, number: int) -> int:
    content = json.dumps(_template(number), indent=1)
    if kind == "yaml":
        content = yaml.safe_dump(json.loads(content), sort_keys=False)
    return (folder / f"stack-{number}.{kind}").write_text(content, encoding="utf-8")


def _template(number: int) -> dict[str, Any]:
    """Return a template of 100 resources; every other one has a trail, under names of its own."""
    if number % 2:
        return {"Resources": {f"R{n}": copy.deepcopy(_OTHERS[n % len(_OTHERS)]) for n in range(RESOURCES)}}
    text = json.dumps(hardened()).replace('"audit"', f'"audit-{number}"')
    found: dict[str, Any] = json.loads(text)
    found["Parameters"]["LogBucketName"] = {"Type": "String", "Default": f"logs-{number}"}
    for n in range(RESOURCES - len(found["Resources"])):
        found["Resources"][f"R{n}"] = copy.deepcopy(_OTHERS[n % len(_OTHERS)])
    return found


_OTHERS: list[dict[str, Any]] = [
    {
        "Type": "AWS::SQS::Queue",
        "Properties": {"QueueName": {"Fn::Sub": "q-${AWS::StackName}"}, "Tags": [{"Key": "a", "Value": "b"}]},
    },
    {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "AssumeRolePolicyDocument": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Service": "lambda.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                    }
                ]
            }
        },
    },
    {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Handler": "index.handler", "Runtime": "python3.13", "Code": {"ZipFile": "pass\n"}},
    },
    {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
        },
    },
]

if __name__ == "__main__":
    main()
