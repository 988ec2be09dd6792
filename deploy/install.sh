#!/bin/sh
# What the Dockerfile does, without an engine: a virtual environment at $1 with the service from the sources at $2.
set -eu
python3 -m venv "$1"
"$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir "$2[service]"
"$1/bin/chartgap" --version
