"""What the demo judges by: the baseline, and who may blind a trail, which is where its attack began."""

from checker.catalog import CONTROLS
from checker.model import Control
from checker.selection import Frameworks, choose

WHO_MAY = "TH806"


def controls(frameworks: Frameworks) -> tuple[Control, ...]:
    """Return the controls by id."""
    return choose(CONTROLS.values(), select=("set:baseline", WHO_MAY), frameworks=frameworks)
