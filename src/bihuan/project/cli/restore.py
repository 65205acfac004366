"""Put a backup back: verify it, fill the home, bring the schema up to date, begin a new journal epoch, erase
again whom the erasure list names."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from bihuan.project.cli.command import Commands
from bihuan.project.runtime import home, recovery
from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import say_aloud


def add_parser(commands: Commands) -> None:
    """Options of `bihuan restore`."""
    parser = commands.add_parser("restore", description=__doc__)
    parser.add_argument("file", type=Path, help="a file that bihuan backup wrote")
    parser.add_argument("--force", action="store_true", help="move what stands in the home aside first")


def run(args: argparse.Namespace) -> int:
    """Restore it."""
    recovery.restore(home.default(), args.file.absolute(), say_aloud, _afterwards, force=args.force)
    return 0


def _afterwards(variables: dict[str, str]) -> None:
    """In processes of their own: the settings are read once, and the keys have just been put in place."""
    _step(variables, "owner", ["-m", "django", "migrate", "--noinput", "-v", "0"])
    _step(variables, "owner", ["-m", "bihuan.project.cli.afterwards"])


def _step(variables: dict[str, str], role: str, words: list[str]) -> None:
    own = {**os.environ, **variables, "BIHUAN_ROLE": role}
    if subprocess.run([sys.executable, "-P", *words], env=own, check=False).returncode:  # noqa: S603
        raise CannotRun(
            "The backup is in place, but the step {step} after it failed (its words are above).",
            step=words[-1],
            remedy="Do not start Bihuan before it has passed: put right what it says, then restore again.",
        )
