"""From a recognised request to a response: credentials, Region, faults, then the world's own answer."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.simulator import cloudtrail, destinations, identity, lake, organizations, principals, s3
from tests.simulator.call import Answer, AwsError, Call, closed_region
from tests.simulator.faults import Answering, Break, Delay, Effect, Fault, Instead, Refuse, Spoil
from tests.simulator.recognise import Recognised
from tests.simulator.serialise import HttpResponse, answer, error
from tests.simulator.world import World
from tests.simulator.writes import WRITES, changed

ANSWERS: dict[tuple[str, str], Answer] = {
    **cloudtrail.ANSWERS,
    **s3.ANSWERS,
    **identity.ANSWERS,
    **organizations.ANSWERS,
    **lake.ANSWERS,
    **destinations.ANSWERS,
    **principals.ANSWERS,
}


@dataclass
class Responder:
    """A world, which calls may change, with its faults; it counts how often each fault struck."""

    world: World
    faults: Sequence[Fault] = ()
    struck: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.become(self.world)

    def become(self, world: World) -> None:
        """Put a world in the place of the one that is."""
        self.world = world
        self.credentials = world.credentials()

    def call_of(self, seen: Recognised) -> Call:
        """Turn a request into a call by the account that its access key belongs to, "" if to none."""
        account, caller = self.credentials.get(seen.access_key, ("", ""))
        return Call(
            account=account,
            caller=caller,
            region=seen.region,
            service=seen.service,
            operation=seen.operation,
            params=seen.params,
        )

    def effects(self, call: Call) -> Iterator[Effect]:
        """Yield what strikes the call, and count it."""
        for number, fault in enumerate(self.faults):
            if fault.meets(call) and (not fault.times or self.struck[number] < fault.times):
                self.struck[number] += 1
                yield fault.effect
                if not isinstance(fault.effect, Delay):
                    return

    def respond(self, seen: Recognised, call: Call, effect: Effect | None) -> HttpResponse | Break:
        """Answer a call, spoiled by at most one effect."""
        match effect:
            case Break():
                return effect
            case Instead():
                return effect.response
        try:
            if isinstance(effect, Refuse):
                raise effect.error(call)
            output = effect.output if isinstance(effect, Answering) else self.output(call)
            response = answer(seen, output)
        except AwsError as wrong:
            return error(seen, wrong)
        return effect.how(response) if isinstance(effect, Spoil) else response

    def output(self, call: Call) -> Mapping[str, Any]:
        """Ask the world; raise AwsError."""
        if not call.account:
            raise _stranger(call)
        if call.region in self.world.account(call.account).disabled:
            raise closed_region(call)
        name = (call.service, call.operation)
        if name in self.world.extra:
            return self.world.extra[name]
        if name in WRITES:
            self.become(changed(self.world, call))
            return {}
        if name not in ANSWERS:
            raise AwsError("UnknownOperationException", f"not simulated: {':'.join(name)}", 501)
        return ANSWERS[name](self.world, call)


def _stranger(call: Call) -> AwsError:
    codes = {"s3": "InvalidAccessKeyId", "sts": "InvalidClientTokenId", "iam": "InvalidClientTokenId"}
    code = codes.get(call.service, "UnrecognizedClientException")
    return AwsError(code, "The security token included in the request is invalid.", 403)
