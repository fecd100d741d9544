"""The one way in which settings and constructs decline: a sentence that a deployer can act on."""


class Refusal(ValueError):
    """What was asked for cannot work or would not be safe; the text is one sentence that says why."""
