"""What became of the files that a run was given: read, passed over, or refused with a sentence."""

from pathlib import Path

from checker.observation import CannotObserve

STDIN = Path("-")
MOST = (1 << 27) + 1
"""Bytes of a pipe that are read: one more than the largest plan that is judged."""


class Intake:
    """Collects while templates are read, so that one broken file costs none of the others."""

    def __init__(self, stdin: bytes | None = None, lenient: bool = False) -> None:
        self.piped: dict[Path, bytes] = {} if stdin is None else {STDIN: stdin}
        """What was read from pipes, which give it once: by their path, ``-`` for what was handed over."""
        self.lenient = lenient
        """Pass over files that are named and are no template, as those of a folder are."""
        self.refused: list[CannotObserve] = []
        self.passed_over = 0
        """Files of folders that hold something else than a template."""
        self.language: list[Path] = []
        """Files of folders in Terraform's language, which only a plan makes something of."""
        self.elsewhere: list[Path] = []
        """Files that another source reads."""

    def drain(self, path: Path) -> bytes | None:
        """Return what a path holds if it is a pipe, such as that of ``<(terraform show -json plan)``.

        None for anything else. Raises CannotObserve for one that cannot be read.
        """
        try:
            if path not in self.piped and (path.is_fifo() or path.is_char_device() or path.is_socket()):
                with path.open("rb") as file:
                    self.piped[path] = file.read(MOST)
        except OSError as error:
            raise CannotObserve(f"{path} cannot be read: {error.strerror or error}", str(path)) from error
        return self.piped.get(path)

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
