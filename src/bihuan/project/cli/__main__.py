"""`python -m bihuan.project.cli`, the same as `bihuan`."""

import sys

from bihuan.project.cli import main

if __name__ == "__main__":
    sys.exit(main())
