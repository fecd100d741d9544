"""Policy variables in conditions, as far as it is known what a request carries for them.

Source: IAM user guide, IAM policy elements: Variables and tags. What they stand for is literal text: a
wildcard in it is none.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from checker.policy.document import Condition
from checker.policy.request import Mark, Value

_VARIABLE = re.compile(r"\$\{\s*([^},'\s]+:[^},'\s]+)\s*(?:,\s*'([^']*)'\s*)?\}")
_SPECIAL = re.compile(r"[*?$]")


def filled(condition: Condition, carried: Callable[[str], Value]) -> Condition:
    """Return the condition with known values in place of variables; what is not known stays a variable."""
    if not any("${" in value for value in condition.values):
        return condition

    def value(found: re.Match[str]) -> str:
        known = carried(found[1].lower())
        if isinstance(known, tuple) and len(known) == 1:
            return _SPECIAL.sub(r"${\g<0>}", known[0])
        if known is Mark.ABSENT and found[2] is not None:
            return _SPECIAL.sub(r"${\g<0>}", found[2])
        return found[0]

    return replace(condition, values=tuple(_VARIABLE.sub(value, text) for text in condition.values))
