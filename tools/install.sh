#!/bin/sh
# install.sh FOLDER run|dev: installs the locked packages and Bihuan itself into the virtual environment.
set -eu
venv=$1 what=$2
rm -f "$venv/.$what"
echo "Installing the packages of requirements/$what.txt into $venv (the first time takes a minute or two)"
if ! "$venv/bin/python" -m pip install -qq --require-hashes --only-binary :all: -r "requirements/$what.txt"; then
    echo "The packages could not be installed (reason above). The network to the package index is needed for this step." >&2
    exit 1
fi
"$venv/bin/python" -m pip install -qq --no-deps --no-build-isolation --editable .
touch "$venv/.run" "$venv/.$what"
