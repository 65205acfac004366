"""Puts a backup back into a home: what stood there is moved aside, and comes back if the restore fails."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bihuan.project.runtime import backup, clients, postgres
from bihuan.project.runtime.environment import database
from bihuan.project.runtime.errors import CannotRun
from bihuan.project.runtime.home import Say, prepare

LOCKS = {"start.lock", "users.lock", "up.lock", "log", "static"}
Afterwards = Callable[[dict[str, str]], None]


def restore(home: Path, source: Path, say: Say, afterwards: Afterwards, *, force: bool = False) -> None:
    """Verify the backup, move what is there aside (only with ``force``), fill the home, then ``afterwards``
    with the variables of its database (migrations, new epoch, erasures)."""
    _check_idle(home)
    if _is_filled(home) and not force:
        raise CannotRun(
            "There is an installation in {home} already; nothing was changed.",
            home=home,
            remedy="Set BIHUAN_HOME to an empty folder, or use --force: what is there is then moved aside.",
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    staged = home.with_name(f".{home.name}.restoring")
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(mode=0o700)
    try:
        say("Checking the backup")
        backup.unpack(source, staged)
        kept = move_aside(home, say) if _is_filled(home) else None
        try:
            _fill(home, staged, kept)
            with database(home, say) as variables:
                say("Filling the database")
                owner = variables["BIHUAN_DATABASE_OWNER_URL"]
                clients.restore(owner, staged / "database.dump", say, aside=force)
                afterwards(variables)
        except BaseException:
            _put_back(home, kept, say)
            raise
    finally:
        shutil.rmtree(staged, ignore_errors=True)
    say(f"Restored into {home}")


def move_aside(home: Path, say: Say) -> Path:
    """Rename the home, and its database where that lies elsewhere."""
    stamp = f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    kept = home.with_name(f"{home.name}.before-{stamp}")
    pointer = home / "postgres.place"
    if pointer.exists():
        place = Path(pointer.read_text("utf-8").strip())
        if place.exists():
            moved = place.with_name(f"{place.name}.before-{stamp}")
            place.rename(moved)
            pointer.write_text(f"{moved}\n", "utf-8")
    home.rename(kept)
    say(f"What was there is kept in {kept}")
    return kept


def _put_back(home: Path, kept: Path | None, say: Say) -> None:
    """Undo a restore that failed: the half-filled home goes, the old one comes back."""
    pointer = home / "postgres.place"
    if pointer.exists():
        shutil.rmtree(pointer.read_text("utf-8").strip(), ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
    if kept is None:
        return
    kept.rename(home)
    if pointer.exists():
        moved = Path(pointer.read_text("utf-8").strip())
        place = moved.with_name(moved.name.split(".before-")[0])
        moved.rename(place)
        pointer.write_text(f"{place}\n", "utf-8")
    say(f"The restore failed; {home} is again as it was")


def _check_idle(home: Path) -> None:
    if home.exists() and (home / "passwords.json").exists() and postgres.status(home).pid:
        raise CannotRun(
            "Bihuan or its database runs on {home}; nothing was changed.",
            home=home,
            remedy="Stop bihuan up (and every other bihuan command) first.",
        )


def _is_filled(home: Path) -> bool:
    return home.exists() and any(path.name not in LOCKS for path in home.iterdir())


def _fill(home: Path, staged: Path, kept: Path | None) -> None:
    """Move evidence, keys and what lay outside the database into the home; what the old home knew of
    anchors and erasures since the backup stays known."""
    prepare(home)
    for path in sorted(staged.iterdir()):
        if path.name == "database.dump":
            continue
        target = backup.evidence_root(home) if path.name == "evidence" else home / path.name
        if path.name == "anchors" and os.environ.get("BIHUAN_ANCHORS"):
            target = Path(os.environ["BIHUAN_ANCHORS"])
        _merge(path, target)
    for path in sorted(kept.iterdir()) if kept else ():
        if path.name.startswith(backup.OUTSIDE):
            _merge(path, home / path.name)
    if (home / "keys").exists():
        (home / "keys").chmod(0o700)


def _merge(source: Path, target: Path) -> None:
    """Add a folder's files to another; what is there stays. A list of lines becomes the union of both."""
    if source.is_dir():
        for path in sorted(source.rglob("*")):
            if path.is_file():
                _merge(path, target / path.relative_to(source))
    elif not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    elif target.name.startswith("erasures"):
        known = target.read_text("utf-8").splitlines()
        more = [line for line in source.read_text("utf-8").splitlines() if line not in known]
        target.write_text("\n".join([*known, *more]) + "\n", "utf-8")
