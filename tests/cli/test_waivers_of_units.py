"""Waivers of organizational units, which only an audit of the organization can look up."""

import json
from pathlib import Path

from tests.cli.running import Ended, trailhold
from tests.cli.test_organization import KEY, ORG
from tests.simulator import serve
from tests.simulator.world import Unit
from tests.simulator.worlds import MEMBER
from tests.sources.aws.organizations import world

UNIT = "ou-root-workload"
CONTROL = "TH322"
"""Fails in every account of this organization, member or not."""
RULE = f'[[waivers]]\ncontrol = "{CONTROL}"\nou = "{{}}"\nreason = "r"\nowner = "o"\n'


def waived(ended: Ended) -> set[str]:
    return {f["account_id"] for f in json.loads(ended.out)["findings"] if f["waiver"]}


def test_a_unit_stands_for_its_accounts_and_is_kept_in_the_result(tmp_path: Path) -> None:
    base = world(units=(Unit(id=UNIT, accounts=(MEMBER,)),))
    (tmp_path / "w.toml").write_text(RULE.format(UNIT))
    (tmp_path / "none.toml").write_text(RULE.format("ou-none-11112222"))
    pick = (f"--select={CONTROL}", "--format=json", "--export=f.json", "--snapshot=s.json")
    with serve(base) as aws:
        env = aws.env(KEY)
        live = trailhold("audit", *ORG, *pick, "--waivers=w.toml", "-q", cwd=tmp_path, env=env)
        other = trailhold("audit", *ORG, *pick, "--waivers=none.toml", cwd=tmp_path, env=env)
    assert {f["status"] for f in json.loads(live.out)["findings"]} == {"fail"}
    assert waived(live) == {MEMBER}
    assert json.loads(live.out)["scan"]["units"] == {UNIT: [MEMBER]}
    assert waived(other) == set()
    assert "names ou-none-11112222, whose accounts are not known here" in other.err
    (tmp_path / "live.json").write_text(live.out)
    again = trailhold("report", "live.json", "--waivers=w.toml", "--format=json", cwd=tmp_path)
    assert (again.out, again.err) == (live.out, "")
    late = trailhold("report", "f.json", "--waivers=w.toml", "--format=json", cwd=tmp_path)
    assert waived(late) == set()
    assert "audit with --org and this file" in late.err
