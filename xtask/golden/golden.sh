#!/bin/sh
# Writes the golden files and the tiny models anew: all of them, or those named.
#
#   sh xtask/golden/golden.sh [noise] [schedulers] [tokenizer] [prompts] [pipeline] [tiny_models]
#                             [parity] [adapters]
#
# `parity` and `adapters` run what `tiny_models.sh` left in $WEIGHTS or target/tiny-models.
#
# Uses $PYTHON where that is set; else makes an environment from the lock with uv. The lock was
# made by: uv pip compile --universal --generate-hashes --no-emit-index-url --no-annotate
# --python-version 3.11 requirements.in -o requirements.lock
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${PYTHON:-}" ]; then
    environment=$here/../../target/golden-venv
    [ -e "$environment" ] || uv venv --quiet --python 3.11 "$environment"
    uv pip sync --quiet --require-hashes --python "$environment" "$here/requirements.lock"
    PYTHON=$environment/bin/python
fi
[ $# -gt 0 ] || set -- tiny_models noise schedulers tokenizer prompts pipeline parity adapters
for name in "$@"; do
    case $name in
        parity|adapters) "$PYTHON" "$here/$name.py" "${WEIGHTS:-$here/../../target/tiny-models}" ;;
        *) "$PYTHON" "$here/$name.py" ;;
    esac
done
