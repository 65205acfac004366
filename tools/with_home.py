"""Run a command that reads the settings but needs neither data nor database, on a folder of its own."""

import os
import subprocess
import sys
import tempfile

NOWHERE = "postgresql://nobody@/none?host=%2Fnonexistent"


def main() -> int:
    """Exit with the code of the command."""
    with tempfile.TemporaryDirectory(prefix="bihuan-check-") as home:
        own = {
            "BIHUAN_HOME": home,
            "DATABASE_URL": NOWHERE,
            "BIHUAN_ROLE": "owner",
            "BIHUAN_DATABASE_OWNER_URL": NOWHERE,
            "DJANGO_SETTINGS_MODULE": "bihuan.project.settings",
            "BIHUAN_LOG_LEVEL": "WARNING",
        }
        return subprocess.run(sys.argv[1:], env={**os.environ, **own}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
