"""Controls that speak with one voice: what makes one of them speak, or fall silent, does so to all."""

UNRECORDED = "TH101 TH102 TH103 TH105 TH121 TH201 TH205 TH206 TH208 TH210 TH212 TH214 TH215"
"""No trail records anything for an account."""
NARROWED = "TH105 TH127 TH201 TH209 TH210"
"""Advanced selectors leave some management events out."""
DATA = "TH205 TH206 TH208 TH212 TH214 TH215"
"""No data events are recorded, of no kind that a control asks for, and no network activity."""
ALARMS = " ".join(f"TH{number}" for number in (*range(601, 616), 619, 620, 621))
"""Nobody is told of the events that have to raise an alarm."""
OF_THE_BUCKET = "TH217 TH301 TH332 TH335 TH336 " + " ".join(
    f"TH{number}" for number in range(302, 332) if number != 322
)
"""What is asked of a bucket, which its owner alone can answer."""
OF_THE_TRAIL_AND_BUCKET = (
    "TH217 TH317 TH318 TH319 TH332 TH333 TH334 TH335 TH336 TH411 TH711 TH712 TH713 TH807"
)
"""What is asked of a bucket by others, which have nothing to ask when it does not exist."""
OF_THE_KEY = " ".join(f"TH{number}" for number in range(401, 411))
OF_THE_TOPIC = "TH504 TH510 TH511 TH512 TH513 TH518"


def but(some: str, every: str) -> str:
    """Return all of them but some."""
    return " ".join(id for id in every.split() if id not in some.split())
