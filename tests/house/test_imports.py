"""From outside, a module is used through its actions, queries, events and permissions, and little else."""

from __future__ import annotations

import grimp

PUBLIC = {"actions", "queries", "events", "permissions"}
BESIDES = {
    "accounts": {"doors", "keys", "requests", "models.people", "vault.fields", "limits"},
    "cases": {
        "api",
        "attending",
        "flow",
        "models",
        "labels",
        "fields",
        "forms",
        "steps",
        "reading",
        "reacting",
        "kinds",
        "green",
        "green_lists",
        "mentions",
        "pages",
    },
    "complaints": {"fields", "steps", "workflow"},
    "compliance": {"figures"},
    "marketplace": {"callbacks", "demo", "config"},
    "norms": {"evidence"},
    "evidence": {"readers", "uploads"},
    "notices": {"links"},
}
"""Values and doors that a module offers besides; a new entry needs a reason in its README."""
FREE = {"project", "engine", "journal"}


def strangers() -> list[str]:
    graph = grimp.build_graph("bihuan")
    found = []
    for importer in graph.modules:
        here = importer.split(".")
        if len(here) < 2 or "tests" in here or here[1] == "project":
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            there = imported.split(".")
            if len(there) < 3 or there[1] == here[1] or there[1] in FREE:
                continue
            path, allowed = ".".join(there[2:]), BESIDES.get(there[1], set())
            if there[2] not in PUBLIC and path not in allowed and there[2] not in allowed:
                found.append(f"{importer} -> {imported}")
    return sorted(found)


def test_modules_meet_at_their_front_doors() -> None:
    assert strangers() == []


def test_no_file_of_the_program_is_longer_than_500_lines() -> None:
    from pathlib import Path

    import bihuan

    root = Path(bihuan.__file__).parent
    long = [str(p.relative_to(root)) for p in root.rglob("*.py") if len(p.read_text().splitlines()) > 500]
    assert long == []


def test_no_two_forms_of_the_api_share_a_name() -> None:
    """The API document knows one form of a name: a second one would take the first one's place in it."""
    import re
    from collections import Counter
    from pathlib import Path

    import bihuan

    root = Path(bihuan.__file__).parent
    doors = [*root.rglob("api.py"), *root.rglob("api/*.py")]
    names = [
        n for door in doors for n in re.findall(r"^class (\w+)\(.*Schema\)", door.read_text("utf-8"), re.M)
    ]
    assert [name for name, count in Counter(names).items() if count > 1] == []
