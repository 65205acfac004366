#!/bin/sh
# venv.sh PYTHON FOLDER: makes the virtual environment, or says in a sentence why it cannot.
set -eu
python=$1 venv=$2
if ! command -v "$python" >/dev/null 2>&1; then
    echo "Bihuan needs Python 3.11 or newer, and there is no \"$python\" here. Install it, or: make PYTHON=/path/to/python3" >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Bihuan needs Python 3.11 or newer; \"$python\" is $("$python" -V 2>&1). Name another: make PYTHON=python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
    echo "This Python has no venv module. On Debian or Ubuntu: apt install python3-venv" >&2
    exit 1
fi
rm -rf "$venv"
echo "Making $venv with $("$python" -V)"
"$python" -m venv "$venv"
touch "$venv/.python"
