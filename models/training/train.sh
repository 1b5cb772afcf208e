#!/bin/sh
# Trains the default model, or runs another command of train.py, in an environment made from the
# lock; uses a GPU where there is one. Run it again to go on where it was cut.
#
#   sh models/training/train.sh --work DIR --preset cpu-128 --minutes 60
#   sh models/training/train.sh sample --work DIR
#
# Needs uv, or a Python with the packages of pyproject.toml in $PYTHON.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${PYTHON:-}" ]; then
    [ -e "$here/.venv" ] || uv venv --quiet --python 3.11 "$here/.venv"
    uv pip sync --quiet --require-hashes --python "$here/.venv" "$here/requirements.lock"
    PYTHON=$here/.venv/bin/python
fi
case ${1:--} in
-*) set -- all "$@" ;;
esac
# glibc would return memory after every step and ask for it again, which can cost more than the
# arithmetic.
export MALLOC_MMAP_THRESHOLD_=2147483648 MALLOC_TRIM_THRESHOLD_=17179869184
exec "$PYTHON" "$here/train.py" "$@"
