"""Controls on what selectors leave out of the management events that a trail records."""

from collections.abc import Callable, Sequence

from checker.controls.selectors import FIX, SELECTORS, TRAILS
from checker.evidence import Unobserved
from checker.inventory import AdvancedSelector, Inventory, Trail
from checker.model import (
    BASELINE,
    Context,
    Judgement,
    NotApplicable,
    Severity,
    Verdict,
    control,
    failed,
    passed,
)
from checker.recording import (
    ACCESSES,
    MANAGEMENT,
    Lack,
    accesses,
    conditions,
    missing,
    records,
    spell,
    unfold,
)
from checker.visibility import labels, pool, stand_ins

ORGANIZATION = "cloudtrail:DescribeTrails IsOrganizationTrail"
NO_MANAGEMENT = NotApplicable("the trail records no management events")

_OF_ACCESS = ("eventCategory", "readOnly")
_OF_SOURCE = (*_OF_ACCESS, "eventSource")

Selector = AdvancedSelector
LacksOf = Callable[[Sequence[Selector], str], list[Lack]]
"""What selectors leave out of one access."""


@control(
    id="TH203",
    name="ct-mgmt-events-no-source-exclusions",
    title="No event source is left out of the management events",
    severity=Severity.MEDIUM,
    applies_to=Trail,
    sets=BASELINE,
    expected="management events of every event source",
    reads=(*SELECTORS, *TRAILS, ORGANIZATION),
    remediation=FIX,
)
def no_source_exclusions(trail: Trail, context: Context) -> Judgement:
    """Without KMS events nobody learns who decrypted what; any other source left out is a hiding place.

    A second trail may leave out what another one records: the trail passes when other trails that log in all
    Regions, and for the whole organization where this one does, record those events.
    """
    selectors = unfold(trail.selectors.value)
    if not records(selectors, MANAGEMENT):
        return NO_MANAGEMENT
    lacks = _lacks(selectors, selectors, _source_lacks)
    if not lacks:
        return passed("no event source is left out", observed="all event sources")
    return _left_to_others(trail, spell(lacks), context.inventory, _source_lacks)


@control(
    id="TH209",
    name="ct-advanced-selectors-no-narrowing",
    title="Advanced selectors do not narrow the management events",
    severity=Severity.HIGH,
    applies_to=Trail,
    sets=BASELINE,
    expected="no condition beside eventCategory and readOnly",
    reads=(*SELECTORS, *TRAILS, ORGANIZATION),
    remediation=FIX,
)
def no_narrowing(trail: Trail, context: Context) -> Judgement:
    """One more condition blinds a trail while the console still shows it recording management events.

    Any field but eventCategory and readOnly narrows, known to CloudTrail or not, with any operator. What one
    selector narrows another may still record, of the same trail or, as for excluded event sources, of others
    that log in all Regions: only what nobody records is a failure. What basic selectors exclude is the matter
    of the control on event sources.
    """
    advanced = trail.selectors.value.advanced
    if not advanced:
        return NotApplicable("the trail has no advanced selectors")
    if not records(advanced, MANAGEMENT):
        return NO_MANAGEMENT
    if not _lacks(advanced, advanced, _all_lacks):
        return passed("no condition narrows the management events", observed="not narrowed")
    narrow = [
        condition
        for selector in advanced
        if records([selector], MANAGEMENT)
        for condition in conditions(selector, ignoring=_OF_ACCESS)
    ]
    return _left_to_others(
        trail, f"management events narrowed by {'; '.join(narrow)}", context.inventory, _all_lacks
    )


def _left_to_others(trail: Trail, left_out: str, inventory: Inventory, lacks_of: LacksOf) -> Verdict:
    """Judge what a trail leaves out by whether the trails that may stand in for it record it."""
    own = unfold(trail.selectors.value)
    others, unread = stand_ins(trail, inventory)
    pooled, unread = pool(others, unread)
    lacks = _lacks(own, [*own, *pooled], lacks_of)
    if not lacks:
        text = f"{left_out} are left to others: {labels(others, trail.account)}"
        return passed(text, observed="recorded by other trails")
    if unread:
        raise Unobserved(*unread)
    return failed(f"{left_out} are not recorded", observed=f"without {spell(lacks)}")


def _lacks(own: Sequence[Selector], pooled: Sequence[Selector], lacks_of: LacksOf) -> list[Lack]:
    """What the pool leaves out of the accesses that the trail itself records at all."""
    return [lack for access in accesses(own) for lack in lacks_of(pooled, access)]


def _all_lacks(selectors: Sequence[Selector], access: str) -> list[Lack]:
    return [Lack(access, gap) for gap in missing(selectors, _kind(access))]


def _source_lacks(selectors: Sequence[Selector], access: str) -> list[Lack]:
    """Compare selectors that narrow by nothing but the source; without any, all by their source alone."""
    plain = [s for s in selectors if records([s], _kind(access)) and not conditions(s, ignoring=_OF_SOURCE)]
    return _all_lacks(plain or [_by_source_alone(s) for s in selectors], access)


def _by_source_alone(selector: Selector) -> Selector:
    return Selector(field_selectors=tuple(c for c in selector.field_selectors if c.field in _OF_SOURCE))


def _kind(access: str) -> dict[str, str]:
    return {**MANAGEMENT, "readOnly": ACCESSES[access]}
