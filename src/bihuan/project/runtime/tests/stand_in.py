"""`bihuan up` with stand-ins for the three programs: python -m …stand_in HOME PORT [crash]."""

from __future__ import annotations

import sys
from pathlib import Path

from bihuan.engine.errors import BihuanError
from bihuan.project.runtime import supervisor
from bihuan.project.runtime.processes import Process

SERVE = """
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
ThreadingHTTPServer(("127.0.0.1", {}), SimpleHTTPRequestHandler).serve_forever()
"""
# a worker with a child of its own, in the same group
WORK = "import subprocess, time; subprocess.Popen(['sleep', '600']); time.sleep(600)"


def commands(options: supervisor.Options, variables: dict[str, str]) -> list[Process]:
    run = [sys.executable, "-c"]
    work = "raise SystemExit(7)" if "crash" in sys.argv else WORK
    return [
        Process("web", [*run, SERVE.format(options.port)], variables),
        Process("live", [*run, SERVE.format(options.port + 1)], variables),
        Process("worker", [*run, work], variables),
    ]


def no_step(*_: object) -> list[str]:
    return ["sign in as somebody"]


if __name__ == "__main__":
    supervisor.commands = commands
    supervisor.Supervisor._step = no_step  # type: ignore[assignment, method-assign]
    try:
        code = supervisor.run(supervisor.Options(Path(sys.argv[1]), port=int(sys.argv[2]), demo=True))
    except BihuanError as error:
        code = 1
        print(error.text(), error.remedy_text(), file=sys.stderr)
    sys.exit(code)
