"""Takes the README's pictures anew: starts a demo of its own, opens each page of docs/screenshots.txt.

A line of that file: NAME USER PATH [WIDTHxHEIGHT] [LANGUAGE]. USER signs in as in the demo; - does not.
PATH may be case:TEXT, the first complaint of the inbox with that text, or first:LIST, what stands first in
that list. The user "consumer" signs in with the demo's telephone number.
"""

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from conftest import CHROMIUM_FLAGS, NO_BROWSER, chromium_path  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

LIST = ROOT / "docs" / "screenshots.txt"
TARGET = ROOT / "docs" / "pictures"
PORT = 8470
PASSWORD, PHONE = "bihuan-demo-2026", "13800138000"  # project/demo.py
SESSION: list[Any] = []
ROW = "main a[data-bh-open], main td a, main a.bh-mine"


def main() -> int:
    """0 when all pictures were taken."""
    if not LIST.exists() or chromium_path() is None:
        print(
            NO_BROWSER if LIST.exists() else f"There is no {LIST}: no pictures are asked for.",
            file=sys.stderr,
        )
        return 1
    TARGET.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bihuan-pictures-") as folder:
        Path(folder).chmod(0o711)
        command = [sys.executable, "-m", "bihuan.project.cli", "up", "--demo", "--port", str(PORT)]
        demo = subprocess.Popen(command, env={**os.environ, "BIHUAN_HOME": f"{folder}/home"})
        try:
            wait(demo)
            take()
        finally:
            demo.terminate()
            demo.wait(60)
    return 0


def wait(demo: subprocess.Popen[bytes]) -> None:
    """Until the first page comes."""
    while demo.poll() is None:
        try:
            urllib.request.urlopen(f"http://localhost:{PORT}/", timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("The demo did not start; its words are above.")


def take() -> None:
    """One picture a line."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_FLAGS)
        for line in LIST.read_text("utf-8").splitlines():
            words = line.split()
            if words and not line.startswith("#"):
                picture(browser, *words)
        browser.close()


def picture(
    browser: Browser, name: str, user: str, path: str, size: str = "1280x800", language: str = "zh-hans"
) -> None:
    """Sign in, open, photograph."""
    width, height = (int(part) for part in size.split("x"))
    base = f"http://localhost:{PORT}"
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    page = context.new_page()
    if user == "consumer":
        by_phone(page)
    elif user != "-":
        page.goto("/sign-in")
        page.fill("input[name=login], input[name=username]", user)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_load_state()
    go(page, path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=TARGET / f"{name}.png")
    print(f"{TARGET / name}.png")
    context.close()


def by_phone(page: Page) -> None:
    """With the code that the demo shows on the page; the next picture goes on with that session."""
    if SESSION:
        page.context.add_cookies(SESSION)
        return
    page.goto("/sign-in/phone")
    page.fill("main input[name=phone]", PHONE)
    page.click("main button[type=submit]")
    page.fill("main input[name=code]", page.locator("main .alert strong").inner_text())
    page.click("main button[type=submit]")
    page.wait_for_load_state()
    SESSION.extend(one for one in page.context.cookies() if one["name"] != "django_language")


def go(page: Page, path: str) -> None:
    """Open an address, a complaint by its words, or the first row of a list."""
    if path.startswith("first:"):
        page.goto(path.removeprefix("first:"))
        page.locator(ROW).first.click()
        page.wait_for_load_state()
        return
    if not path.startswith("case:"):
        page.goto(path)
        return
    page.goto("/desk?owner=all")
    link = page.locator("a[data-bh-open]", has_text=path.removeprefix("case:"))
    while not link.count():
        with page.expect_response("**/desk*"):
            page.locator(".bh-more a").click()
        page.wait_for_timeout(300)
    link.first.click()
    page.wait_for_load_state()


if __name__ == "__main__":
    sys.exit(main())
