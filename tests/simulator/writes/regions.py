"""What Account Management does to the Regions of an account."""

from dataclasses import replace

from tests.simulator.call import Call
from tests.simulator.world import World
from tests.simulator.writes.change import Change, refuse, swapped


def enable_region(world: World, call: Call) -> World:
    account, name = world.account(call.account), call.params["RegionName"]
    if name not in account.disabled:
        raise refuse("ValidationException", f"{name} is not disabled.")
    left = tuple(one for one in account.disabled if one != name)
    new = replace(account, regions=(*account.regions, name), disabled=left, chosen=(*account.chosen, name))
    return replace(world, accounts=swapped(world.accounts, account, new))


def disable_region(world: World, call: Call) -> World:
    """Close a Region again; those that every account has stay open."""
    account, name = world.account(call.account), call.params["RegionName"]
    if name not in account.chosen:
        raise refuse("ValidationException", f"{name} cannot be disabled.")
    new = replace(
        account,
        regions=tuple(one for one in account.regions if one != name),
        chosen=tuple(one for one in account.chosen if one != name),
        disabled=(*account.disabled, name),
    )
    return replace(world, accounts=swapped(world.accounts, account, new))


WRITES: dict[tuple[str, str], Change] = {
    ("account", "DisableRegion"): disable_region,
    ("account", "EnableRegion"): enable_region,
}
