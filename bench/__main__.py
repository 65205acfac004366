"""`make bench`: every measurement in turn, or those that are named: `make bench ARGS="engine intake"`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ORDER = (
    "engine",
    "eligibility",
    "journal",
    "intake",
    "clocks",
    "lists",
    "desk",
    "conformity",
    "idle",
    "anomaly",
    "refund",
)


def main() -> int:
    """Run the scripts one after the other; the exit code tells how many failed."""
    wanted = sys.argv[1:] or [name for name in ORDER if (HERE / f"{name}.py").exists()]
    failed = 0
    for name in wanted:
        print(f"\n== {name}", flush=True)
        failed += subprocess.run([sys.executable, str(HERE / f"{name}.py")], check=False).returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(main())
