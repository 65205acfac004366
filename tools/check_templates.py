"""Templates are laid out as djade lays them out, each compiles, and what it extends or includes exists."""

import subprocess
import sys
from pathlib import Path

import django
from django.template import TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.base import FilterExpression, Node

SOURCE = Path(__file__).resolve().parent.parent / "src"


def main() -> int:
    """1 when any template fails, with a line for each."""
    django.setup()
    paths = sorted(p for p in SOURCE.rglob("*") if "templates" in p.parts and p.suffix in (".html", ".txt"))
    failed = sum(_faulty(path) for path in paths)
    pages = [str(path) for path in paths if path.suffix == ".html"]
    if pages:
        djade = Path(sys.executable).with_name("djade")
        command = [str(djade), "--check", "--target-version", "5.2", *pages]
        failed += subprocess.run(command, check=False).returncode != 0
    print(f"{len(paths)} templates, {failed} faults")
    return 1 if failed else 0


def _faulty(path: Path) -> bool:
    engine = engines["django"].engine
    try:
        template = engine.from_string(path.read_text("utf-8"))
        for name in _constant_names(template.nodelist.get_nodes_by_type(Node)):
            engine.get_template(name)
    except TemplateDoesNotExist as error:
        print(f"{path}: there is no template {error}")
        return True
    except (TemplateSyntaxError, UnicodeDecodeError) as error:
        print(f"{path}: {error}")
        return True
    return False


def _constant_names(nodes: list[Node]) -> set[str]:
    """Names of the templates that are extended or included by a literal."""
    found = set()
    for node in nodes:
        expression = getattr(node, "parent_name", None) or getattr(node, "template", None)
        if isinstance(expression, FilterExpression) and isinstance(expression.var, str):
            found.add(str(expression.var).split("#")[0])
    return found - {""}


if __name__ == "__main__":
    sys.exit(main())
