"""What became of the files that a run was given: read, passed over, or refused with a sentence."""

from pathlib import Path

from checker.observation import CannotObserve


class Intake:
    """Collects while templates are read, so that one broken file costs none of the others."""

    def __init__(self, stdin: bytes | None = None, lenient: bool = False) -> None:
        self.stdin = stdin
        """What stands for the path ``-``."""
        self.lenient = lenient
        """Pass over files that are named and are no template, as those of a folder are."""
        self.refused: list[CannotObserve] = []
        self.passed_over = 0
        """Files of folders that hold something else than a template."""
        self.elsewhere: list[Path] = []
        """Files that another source reads."""

    def claims(self, path: Path) -> bool:
        """Say whether another source reads a file, and keep it for that one."""
        return False

    def refuse(self, refusal: CannotObserve) -> None:
        """Keep a refusal, each sentence once."""
        if str(refusal) not in map(str, self.refused):
            self.refused.append(refusal)


class Unforgiving(Intake):
    """Lets the first refusal end the reading."""

    def refuse(self, refusal: CannotObserve) -> None:
        """Raise the refusal."""
        raise refusal
