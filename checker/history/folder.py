"""Results in a folder of this machine."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from checker import files
from checker.observation import CannotObserve


class Folder(Struct, frozen=True):
    """A folder that keeps results; it is made when the first one comes."""

    path: Path

    @property
    def place(self) -> str:
        """The folder, as it was named."""
        return str(self.path)

    def ready(self) -> None:
        """Raise CannotObserve now if ``write`` would later; nothing is made yet."""
        nearest = next((each for each in (self.path, *self.path.absolute().parents) if each.exists()), None)
        if nearest is None or not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
            raise CannotObserve(
                f"results cannot be kept in {self.path}: it is no folder that can be written to"
            )

    def names(self, prefix: str) -> list[str]:
        """Return the names of all files whose name starts so; raises CannotObserve."""
        if not self.path.is_dir():
            raise CannotObserve(f"there is no folder {self.path}: name the one that `audit --save` filled")
        return [name for name in self._walk() if name.startswith(prefix)]

    def _walk(self) -> Iterator[str]:
        for folder, _, names in os.walk(self.path):
            for name in names:
                yield (Path(folder) / name).relative_to(self.path).as_posix()

    def read(self, name: str) -> bytes:
        """Return a file; raises CannotObserve."""
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise CannotObserve(f"{self.path / name} cannot be read: {error.strerror or error}") from error

    def write(self, name: str, content: bytes) -> None:
        """Keep a file whole or not at all; raises CannotObserve."""
        target = self.path / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            files.write(target, content)
        except OSError as error:
            raise CannotObserve(f"cannot write {target}: {error.strerror or error}") from error

    def write_all(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Keep files one after the other; raises CannotObserve."""
        for name, content in files:
            self.write(name, content)
