"""Which construct goes to which account and Region.

The stacks, in the order of their deployment: archive (second copy), log archive (delivery bucket and
key), alerts (tampering, auto-restart), organization (access, delivery in real time, trail), monitoring
(alarms), analytics, guardrails. With one account they are all in it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from aws_cdk import App, DefaultStackSynthesizer, Environment, Stack, Tags

from cdk_app.names import Names
from cdk_app.partitions import organizations_region
from cdk_app.settings import Settings
from cdk_app.stack_alerts import add_alerts, add_monitoring, add_regional_alerts
from cdk_app.stack_analytics import add_analytics, add_lake
from cdk_app.stack_archive import add_archive
from cdk_app.stack_guardrails import add_guardrails
from cdk_app.stack_log_archive import add_log_archive
from cdk_app.stack_organization import add_organization


@dataclass(frozen=True, kw_only=True)
class Place:
    """One stack: where it goes, what adds its constructs, and what has to be deployed before it."""

    name: str
    account: str
    region: str
    add: Callable[[Stack, Settings, Names], None]
    after: tuple[str, ...] = ()


def places(settings: Settings) -> Iterator[Place]:
    """Yield the stacks that the settings ask for."""
    accounts, home = settings.accounts, settings.home_region
    if settings.archive.region is not None:
        yield Place(
            name="archive", account=accounts.of_archive, region=settings.archive.region, add=add_archive
        )
    if settings.needs_log_archive:
        yield Place(
            name="log-archive", account=accounts.of_logs, region=home, add=add_log_archive, after=("archive",)
        )
    if not settings.adopts_trail:
        yield Place(
            name="organization",
            account=accounts.management,
            region=home,
            add=add_organization,
            after=("log-archive", "alerts"),
        )
    yield from _places_to_alert(settings)
    yield from _places_to_ask(settings)
    if settings.alerts.alarms:
        yield Place(
            name="monitoring",
            account=accounts.management,
            region=home,
            add=add_monitoring,
            after=("alerts", "organization"),
        )
    if settings.guardrails.target_ids:
        yield Place(
            name="guardrails",
            account=accounts.management,
            region=home,
            add=add_guardrails,
            after=("alerts", "organization", "monitoring", "analytics"),
        )


def _places_to_alert(settings: Settings) -> Iterator[Place]:
    """Yield the home Region, and those in which the management account has something to see besides."""
    wanted, home, account = settings.alerts, settings.home_region, settings.accounts.management
    if wanted.alarms or wanted.tampering or wanted.auto_restart:
        yield Place(name="alerts", account=account, region=home, add=add_alerts)
    if wanted.tampering:
        organizations = organizations_region(home) if settings.organization.id else None
        for code in sorted({*wanted.regions, *filter(None, [organizations])} - {home}):
            yield Place(name=f"alerts-{code}", account=account, region=code, add=add_regional_alerts)


def _places_to_ask(settings: Settings) -> Iterator[Place]:
    accounts, home = settings.accounts, settings.home_region
    if settings.analytics.enabled:
        yield Place(
            name="analytics", account=accounts.of_logs, region=home, add=add_analytics, after=("log-archive",)
        )
    if settings.event_data_store.enabled:
        yield Place(
            name="lake", account=accounts.management, region=home, add=add_lake, after=("organization",)
        )


def build(app: App, settings: Settings) -> dict[str, Stack]:
    """Add the stacks and return them by name."""
    names = Names.of(settings)
    stacks: dict[str, Stack] = {}
    wanted = tuple(places(settings))
    for place in wanted:
        stacks[place.name] = _new_stack(app, settings, place)
        place.add(stacks[place.name], settings, names)
    for place in wanted:
        for earlier in filter(stacks.__contains__, place.after):
            stacks[place.name].add_stack_dependency(stacks[earlier])
    return stacks


def _new_stack(app: App, settings: Settings, place: Place) -> Stack:
    """Add an empty stack with what all have: protection against deletion, and tags."""
    stack = Stack(
        app,
        f"{settings.name_prefix}-{place.name}",
        env=Environment(account=place.account, region=place.region),
        termination_protection=settings.deployment.termination_protection,
        synthesizer=DefaultStackSynthesizer(qualifier=settings.deployment.bootstrap_qualifier),
    )
    for key, value in {"managed-by": "trailhold", **settings.tags}.items():
        Tags.of(stack).add(key, value)
    return stack
