"""``python -m docs.site FOLDER`` writes the pages."""

import sys
from pathlib import Path

from docs.site.build import build

if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m docs.site FOLDER")
    written = build(Path(__file__).parents[2], Path(sys.argv[1]))
    sys.stdout.write(f"{len(written)} files in {sys.argv[1]}\n")
