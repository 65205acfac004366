"""Translations without gettext's tools: compile, check, update of src/bihuan/locale/*/*/django.po."""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

SOURCE = Path(__file__).resolve().parent.parent / "src" / "bihuan"
LOCALE = SOURCE / "locale"
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
    """compile | check | update."""
    settings.configure(USE_I18N=False)
    step = {"compile": compile_all, "check": check, "update": update}[sys.argv[1]]
    return step()


def compile_all() -> int:
    """Write the .mo beside each .po that is newer."""
    for path in _catalogs():
        target = path.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < path.stat().st_mtime:
            with target.open("wb") as file:
                write_mo(file, _read(path))
    return 0


def check() -> int:
    """Every text of the program has a finished translation with the same fields."""
    found, faults = list(messages()), []
    if found and not (LOCALE / "zh_Hans").is_dir():
        faults.append(f"there is no translation at all: {LOCALE}/zh_Hans/LC_MESSAGES/django.po is missing")
    for path in _catalogs():
        catalog = _read(path)
        for text, context, where in found:
            fault = _fault(catalog, text, context)
            if fault:
                faults.append(f"{where}: {fault} in {path.parent.parent.name}: {text!r}")
    print(*faults, f"{len(found)} texts, {len(faults)} faults", sep="\n")
    if faults:
        print(
            "python tools/messages.py update adds what is missing to the .po files; then translate it there."
        )
    return 1 if faults else 0


def update() -> int:
    """Add what is missing to each .po, drop what is no longer said."""
    found = list(messages())
    for path in _catalogs():
        template = Catalog()
        for text, context, where in sorted(found, key=lambda item: (item[2], str(item[0]))):
            template.add(text, locations=[(where.rsplit(":", 1)[0], 1)], context=context)
        catalog = _read(path)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=110, sort_by_file=True, include_lineno=False)
    return 0


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


def _catalogs() -> list[Path]:
    return sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


if __name__ == "__main__":
    sys.exit(main())
