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
    """In a process of its own: the settings are read once, and the keys have just been put in place."""
    own = {**os.environ, **variables, "BIHUAN_ROLE": "owner"}
    command = [sys.executable, "-P", "-m", "bihuan.project.cli.afterwards"]
    if subprocess.run(command, env=own, check=False).returncode:  # noqa: S603
        raise CannotRun(
            "The backup was read, but what has to follow it failed (its words are above).",
            remedy="Put right what it says, then restore again.",
        )
