#!/bin/sh
# Writes the exported models of tests/tiny anew: all of them, or those named.
#
#   sh xtask/tiny_models/tiny_models.sh [sd15] [sdxl] [sd15_legacy] ...
#   sh xtask/tiny_models/tiny_models.sh --full-size sd15
#
# The second writes one of the true size, some gigabytes, into target/full-size.
# Uses $PYTHON where that is set; else makes an environment from the lock with uv. Their PyTorch
# side goes to $WEIGHTS or target/tiny-models, where golden.sh finds it. The lock was made by:
# uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate --no-header
# --python-version 3.11 requirements.in -o requirements.lock
set -eu

here=$(cd "$(dirname "$0")" && pwd)
target=$here/../../target
if [ -z "${PYTHON:-}" ]; then
    environment=$target/export-venv
    [ -e "$environment" ] || uv venv --quiet --python 3.11 "$environment"
    uv pip sync --quiet --require-hashes --python "$environment" "$here/requirements.lock"
    PYTHON=$environment/bin/python
fi
weights=${WEIGHTS:-$target/tiny-models}
if [ "${1:-}" = --full-size ]; then
    "$PYTHON" "$here/full_size.py" "$weights/../full-size" "${2:?which model}"
else
    "$PYTHON" "$here/export.py" "$weights" "$@"
fi
