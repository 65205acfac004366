"""Translations without gettext's tools: compile and check.

The Chinese texts stand in src/bihuan/locale/parts/*.po, a file a module; together they are the catalogue.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "bihuan"
LOCALE = SOURCE / "locale"
TARGET = LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.mo"
# the command line and the machine's errors speak English only
ENGLISH_ONLY = ("project/cli", "project/runtime")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
FIELD = re.compile(r"\{[^{}]*\}|%\([a-z_]+\)[sd]|%[sd]")
Found = tuple[str | tuple[str, str], str | None, str]


def main() -> int:
    """compile | check."""
    settings.configure(USE_I18N=False)
    return {"compile": compile_all, "check": check}[sys.argv[1]]()


def compile_all() -> int:
    """Write the catalogue from its parts, where one of them is newer."""
    parts = _parts()
    newest = max(path.stat().st_mtime for path in (*parts, LOCALE / "parts"))
    if not TARGET.exists() or TARGET.stat().st_mtime < newest:
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        with TARGET.open("wb") as file:
            write_mo(file, _catalog(parts))
    return 0


def check() -> int:
    """Every text of the program has a finished translation with the same fields."""
    found, faults, catalog = list(messages()), _told_twice(), _catalog(_parts())
    for text, context, where in found:
        fault = _fault(catalog, text, context)
        if fault:
            faults.append(f"{where}: {fault}: {text!r}")
    print(*sorted(set(faults)), f"{len(found)} texts, {len(faults)} faults", sep="\n")
    if faults:
        print("Add what is missing to the part of its module: src/bihuan/locale/parts/<module>.po")
    return 1 if faults else 0


def _told_twice() -> list[str]:
    """One text has one translation, whichever part says it."""
    known: dict[tuple[object, object], tuple[object, str]] = {}
    faults = []
    for path in _parts():
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                said, where = known.setdefault((message.id, message.context), (message.string, path.name))
                if message.id and said != message.string:
                    faults.append(f"{path.name}: another translation than in {where}: {message.id!r}")
    return faults


def messages() -> Iterator[Found]:
    """(text or (singular, plural), context, file:line) of everything said in code and templates."""
    for path in sorted(SOURCE.rglob("*")):
        where = path.relative_to(SOURCE).as_posix()
        if "/tests/" in where or "/migrations/" in where or where.startswith(ENGLISH_ONLY):
            continue
        if path.suffix == ".py":
            text = path.read_text("utf-8")
            yield from _called(text, where)
            yield from ((said, None, f"{where}:{line}") for said, line in _refusals(text))
        elif "templates" in path.parts and path.suffix in (".html", ".txt"):
            # each line for itself: indentation means nothing here
            text = templatize(path.read_text("utf-8"), origin=where)
            yield from _called("\n".join(line.lstrip() for line in text.split("\n")), where)


def _called(text: str, where: str) -> Iterator[Found]:
    for line, said, _, context in extract("python", io.BytesIO(text.encode()), KEYWORDS):
        yield (tuple(said) if isinstance(said, (list, tuple)) else said), context, f"{where}:{line}"


def _refusals(text: str) -> Iterator[tuple[str, int]]:
    """Texts of errors: message and remedy of an error class; first argument and remedy= of its calls."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and any(_is_error(base) for base in node.bases):
            for item in node.body:
                targets = item.targets if isinstance(item, ast.Assign) else [getattr(item, "target", None)]
                if any(isinstance(t, ast.Name) and t.id in ("message", "remedy") for t in targets):
                    yield from _literal(getattr(item, "value", None))
        elif isinstance(node, ast.Call) and _is_error(node.func):
            yield from _literal(node.args[0] if node.args else None)
            for keyword in node.keywords:
                if keyword.arg in ("message", "remedy"):
                    yield from _literal(keyword.value)


ERRORS: set[str] = {"BihuanError"}


def _is_error(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    if not ERRORS - {"BihuanError"}:
        _learn_errors()
    return name in ERRORS


def _learn_errors() -> None:
    """Names of all classes below BihuanError, by name, over the whole source."""
    parents: dict[str, set[str]] = {}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                bases = {getattr(base, "attr", getattr(base, "id", "")) for base in node.bases}
                parents.setdefault(node.name, set()).update(bases)
    grown = True
    while grown:
        more = {name for name, bases in parents.items() if bases & ERRORS} - ERRORS
        ERRORS.update(more)
        grown = bool(more)


def _literal(node: ast.expr | None) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value, node.lineno


def _fault(catalog: Catalog, text: str | tuple[str, str], context: str | None) -> str:
    message = catalog.get(text[0] if isinstance(text, tuple) else text, context)
    if message is None or not message.string or not all(message.string):
        return "not translated"
    if message.fuzzy:
        return "translation is marked as unsure"
    first = text if isinstance(text, str) else text[1]
    last = message.string if isinstance(message.string, str) else message.string[-1]
    if set(FIELD.findall(first)) != set(FIELD.findall(last)):
        return "translation has other fields"
    return ""


def _parts() -> list[Path]:
    return sorted((LOCALE / "parts").glob("*.po"))


def _catalog(parts: list[Path]) -> Catalog:
    """All parts in one; the first that translates a text wins."""
    made = Catalog(locale="zh_Hans")
    for path in parts:
        with path.open("rb") as file:
            for message in read_po(file, locale="zh_Hans"):
                known = made.get(message.id, message.context) if message.id else message
                if known is None or not known.string:
                    made.add(message.id, message.string, context=message.context, flags=message.flags)
    return made


if __name__ == "__main__":
    sys.exit(main())
