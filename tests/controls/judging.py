"""How tests judge: the engine's own path from a control and an inventory to the outcome of every subject.

A family's tests are a table ``CASES: list[Case]``; ``test_catalogue`` collects them all.
"""

from typing import NamedTuple

import pytest

from checker.engine import judge
from checker.inventory import Coverage, Inventory
from checker.model import Context, Control, Judgement, NotApplicable, Status, Thresholds, Verdict
from checker.subjects import identify, subjects


class Case(NamedTuple):
    """An inventory with one thing changed, and the status of the worst finding on it (None: no finding)."""

    control: Control
    inventory: Inventory
    status: Status | None
    detail: str = ""
    """Part of the sentence that the worst finding must say."""
    thresholds: Thresholds = Thresholds()


def judge_all(
    control: Control, inventory: Inventory, thresholds: Thresholds | None = None
) -> dict[str, Judgement]:
    """Judge every subject of the control, by its ARN, or by its Region for coverage."""
    context = Context(inventory=inventory, thresholds=thresholds or Thresholds())
    return {
        subject.region if isinstance(subject, Coverage) else identify(subject, inventory).arn: judge(
            control, subject, context
        )[0]
        for subject in subjects(inventory)
        if isinstance(subject, control.applies_to)
    }


def worst_of(
    control: Control, inventory: Inventory, thresholds: Thresholds | None = None
) -> Verdict | NotApplicable | None:
    """Return the judgement that matters most: FAIL, UNKNOWN, PASS, not applicable; None without a subject."""
    order = [Status.FAIL, Status.UNKNOWN, Status.PASS, None]
    judgements = judge_all(control, inventory, thresholds).values()
    return min(judgements, key=lambda judgement: order.index(status_of(judgement)), default=None)


def worst(control: Control, inventory: Inventory, thresholds: Thresholds | None = None) -> Status | None:
    """Return the status of the worst finding; None when the control asks nothing of any subject."""
    return status_of(worst_of(control, inventory, thresholds))


def status_of(judgement: Judgement | None) -> Status | None:
    return judgement.status if isinstance(judgement, Verdict) else None


def check(case: Case) -> None:
    """Assert what a case says."""
    judgement = worst_of(case.control, case.inventory, case.thresholds)
    assert status_of(judgement) is case.status, judgement
    if case.detail:
        said = judgement.reason if isinstance(judgement, NotApplicable) else getattr(judgement, "detail", "")
        assert case.detail in said


def parametrize(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a table: each row is named by its control, its number and its status."""
    return pytest.mark.parametrize(
        "case",
        [pytest.param(case, id=f"{case.control.id}-{i}-{case.status}") for i, case in enumerate(cases)],
    )
