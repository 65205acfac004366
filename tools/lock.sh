#!/bin/sh
# Writes requirements/*.txt anew from pyproject.toml. UP=1 takes newer releases, otherwise what is locked stays.
set -eu
uv=${UV:-.venv/bin/uv}
compile() {
    out=$1
    shift
    "$uv" pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet ${UP:+--upgrade} -o "$out" "$@"
    if grep -nE '://|file:' "$out"; then
        echo "tools/lock.sh: $out names an address (above); a lock holds names, versions and hashes only." >&2
        exit 1
    fi
}
compile requirements/run.txt
compile requirements/dev.txt --extra dev --constraint requirements/run.txt

"$uv" pip compile requirements/node.in --universal --python-version 3.11 --generate-hashes --no-header \
    --no-annotate --no-emit-index-url --quiet ${UP:+--upgrade} -o requirements/node.txt
