"""``python -m website FOLDER`` writes the pages."""

import sys
from pathlib import Path

from website.build import build

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m website FOLDER")
    written = build(Path(__file__).parent.parent, Path(sys.argv[1]))
    sys.stdout.write(f"{len(written)} files in {sys.argv[1]}\n")
