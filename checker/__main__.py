"""``python -m checker`` is ``trailhold``."""

import sys

from checker.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
