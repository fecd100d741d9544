"""The hardened world in other words: what templates say beside settings, which no live account shows."""

from checker.model import CLOUDFORMATION, TERRAFORM
from tests.sources.four_ways.case import Case
from tests.sources.four_ways.describing import Style
from tests.sources.four_ways.worlds import base

CASES = [
    Case("nothing", base(), fails=("TH207", "TH324", "TH325", "TH334", "TH410", "TH514", "TH516")),
    Case(
        "nothing is retained",
        base(),
        style=Style(retained=False),
        ways=(CLOUDFORMATION,),
        fails=("TH001", "TH002"),
    ),
    Case("the key waits for a week", base(), style=Style(waiting_days=7), ways=(TERRAFORM,)),
    Case("the bucket is emptied", base(), style=Style(emptied=True), fails=("TH001",)),
    Case("the trail does not wait", base(), style=Style(ordered=False), fails=("TH004",)),
    Case("the partition is spelled out", base(), style=Style(neutral=False), fails=("TH005",)),
    Case("the stack is protected", base(), style=Style(protected=True), passes=("TH003",)),
    Case("the stack is not protected", base(), style=Style(protected=False), fails=("TH003",)),
]
