"""An embedded organization to audit: four accounts, from hardened to blinded, and no real AWS is touched."""

from collections.abc import Callable

from checker.demo.environment import isolated, lead_to
from checker.demo.members import MEMBERS
from checker.observation import CannotObserve, Observation

__all__ = ["MEMBERS", "run", "stages"]

EXTRA = frozenset({"moto", "flask", "flask_cors", "werkzeug"})


def run(*, progress: Callable[[str], None]) -> Observation:
    """Build the organization on the loopback address, audit each of its accounts, and return what was seen.

    ``progress`` is told in a few words what is being done. Nothing outside this machine is reached, and none
    of the user's AWS settings counts; server, state and environment are as before when it returns or raises.
    Raises CannotObserve when the ``demo`` extra is not installed.
    """
    return stages(progress=progress, only_last=True)[-1]


def stages(*, progress: Callable[[str], None], only_last: bool = False) -> tuple[Observation, ...]:
    """Audit the organization as it was found, after somebody repaired a part, and after an attack.

    ``only_last`` builds the same and audits once. Otherwise as ``run``.
    """
    with isolated():
        # moto and botocore look at the environment while they are imported, so not before this.
        try:
            from checker.demo import build, server
        except ModuleNotFoundError as missing:
            if missing.name and missing.name.partition(".")[0] in EXTRA:
                raise CannotObserve(
                    "the demo needs an embedded AWS that is not installed: pip install 'trailhold[demo]'"
                ) from missing
            raise
        progress("starting an embedded AWS on the loopback address")
        with server.embedded_aws() as port:
            lead_to(port)
            seen = []
            for step in build.STEPS:
                step(progress)
                if not only_last or step is build.STEPS[-1]:
                    seen.append(build.observe(progress))
            return tuple(seen)
