"""Write the documents that come from the program: the API's OpenAPI document and the catalogue of events."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from bihuan.project import catalogue
from bihuan.project.api import api
from bihuan.project.cli.command import Commands

PREFIX = "/api/v1/"


def add_parser(commands: Commands) -> None:
    """Options of `bihuan document`."""
    parser = commands.add_parser("document", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("docs/api"), help="docs/api if left out")


def run(args: argparse.Namespace) -> int:
    """Write both, and say where."""
    args.folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents().items():
        (args.folder / name).write_text(content, "utf-8")
        print(args.folder / name)
    return 0


def contents() -> dict[str, str]:
    """What belongs into the folder, by file."""
    document = api.get_openapi_schema(path_prefix=PREFIX)
    return {
        "openapi.json": json.dumps(document, indent=1, ensure_ascii=False) + "\n",
        "events.md": catalogue.page(),
    }
