"""No model has changed without its migration, and no migration imports application code."""

import ast
import sys
import warnings
from pathlib import Path

import django
from django.core.management import call_command

SOURCE = Path(__file__).resolve().parent.parent / "src"


def main() -> int:
    """1 when one is missing or imports what may change under it."""
    paths = sorted(SOURCE.rglob("migrations/[0-9]*.py"))
    faults = [fault for path in paths for fault in _faults(path)]
    print(*faults, f"{len(paths)} migrations, {len(faults)} faults", sep="\n")
    warnings.simplefilter("ignore")  # there is no database here to compare with
    django.setup()
    try:
        call_command("makemigrations", check_changes=True, dry_run=True, verbosity=1)
    except SystemExit:
        print("Models have changed without a migration: bihuan manage makemigrations")
        return 1
    return 1 if faults else 0


def _faults(path: Path) -> list[str]:
    where = path.relative_to(SOURCE)
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = ["bihuan" if node.level else node.module or ""]
        found += [
            f"{where}:{node.lineno}: imports application code ({name}), which may change under it"
            for name in names
            if name.split(".")[0] == "bihuan"
        ]
    return found


if __name__ == "__main__":
    sys.exit(main())
