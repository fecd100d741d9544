"""Prints, as JSON, how many bytes the inventory of a snapshot and the findings on it hold.

python memory_worker.py SNAPSHOT
"""

import gc
import json
import sys
import tracemalloc
from pathlib import Path


def main() -> None:
    from checker.assessment import assess
    from checker.catalog import CONTROLS
    from checker.frameworks import requirements_by_control
    from checker.sources import snapshot

    requirements = requirements_by_control()
    baseline = [control for control in CONTROLS.values() if "baseline" in control.sets]
    tracemalloc.start(1)
    observation = snapshot.normalised(snapshot.load(Path(sys.argv[1])))
    gc.collect()
    inventory, _ = tracemalloc.get_traced_memory()
    assessment = assess(observation, baseline, version="bench", requirements=requirements)
    gc.collect()
    both, _ = tracemalloc.get_traced_memory()
    assert assessment.findings
    print(json.dumps({"inventory_kb": inventory, "findings_kb": both - inventory}))


if __name__ == "__main__":
    main()
