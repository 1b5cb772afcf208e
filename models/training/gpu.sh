#!/usr/bin/env bash
# One slice of the gpu-256 training on a lent machine without a network; repeat the same command
# until it says that all is done.
#
#   bash gpu.sh [MINUTES=9] [CALLS=3] [further options of train.py ...]
#
# MINUTES is the wall time of this call, CALLS the number of calls planned. The last of them
# (and every later one) fits the rest of the UNet training, the samples and the export into its
# minutes. State lives in $DM_STATE (default /tmp/dm), results are copied to $OUT.
set -uo pipefail

minutes=${1:-9}
calls=${2:-3}
shift $(($# < 2 ? $# : 2))
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
state=${DM_STATE:-/tmp/dm}
out=${OUT:-$state/out}
site=${DM_SITE:-/tmp/site}
preset=${DM_PRESET:-gpu-256}
limit=$(awk -v minutes="$minutes" 'BEGIN { printf "%d", 60 * minutes }')
mkdir -p "$state" "$out"
export PYTHONPATH=$site PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
export LD_LIBRARY_PATH=$site/system-libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}

has_skia() { python3 -c 'import skia' 2>/dev/null; }
if ! has_skia; then
    python3 -m pip install -q --no-index --no-deps --target "$site" .whl/*.whl
fi
if ! has_skia && ls .whl/*.deb >/dev/null 2>&1; then
    # skia links against the system's GL loaders, though nothing here draws with them.
    for package in .whl/*.deb; do
        dpkg-deb -x "$package" "$site/unpacked"
    done
    mkdir -p "$site/system-libraries"
    find "$site/unpacked" -name 'lib*.so*' -exec cp -P {} "$site/system-libraries/" \;
fi
python3 -c 'import skia' || exit 1

call=$(($(cat "$state/calls" 2>/dev/null || echo 0) + 1))
echo "$call" >"$state/calls"
options=(--work "$state" --preset "$preset" "$@")

# The last seconds of a call are for the sample sheet and the copies.
reserve=$((limit > 240 ? 45 : 10))
left=$((limit - SECONDS - reserve))
finish=()
if ((call >= calls)); then
    finish=(--finish)
fi
echo "call $call of $calls, $left s of work"
# Should a stage overlook its deadline, TERM lets it save its checkpoint.
timeout -k 15 -s TERM $((left + 20)) python3 "$here/train.py" all "${options[@]}" \
    --minutes "$(awk -v left="$left" 'BEGIN { print left / 60 }')" "${finish[@]}"
status=$?

if [[ -f $state/unet.pt && $status -ne 0 ]]; then
    timeout -k 5 $((limit - SECONDS > 20 ? limit - SECONDS : 20)) \
        python3 "$here/train.py" sample "${options[@]}"
fi
rm -rf "${out:?}"/onnx.tar.* "$out/join.sh"
tail -n 2000 "$state/metrics.jsonl" >"$out/metrics.jsonl"
for sheet in sheet.png adherence_1.png adherence_2.png reconstructions.png; do
    # At most eight files come back: with the model, all but the first travel in the archive.
    [[ -f $state/$sheet && ! ($sheet != sheet.png && -d $state/onnx) ]] &&
        cp "$state/$sheet" "$out/$sheet"
done
if [[ -d $state/onnx ]]; then
    rm -f "$out"/reconstructions.png "$out"/adherence_*.png
    tar -C "$state" --ignore-failed-read -cf - onnx sheet.txt adherence_1.png adherence_1.txt \
        adherence_2.png adherence_2.txt reconstructions.png metrics.jsonl 2>/dev/null |
        split -b 15M - "$out/onnx.tar."
    cat >"$out/join.sh" <<'JOIN'
#!/usr/bin/env bash
# Unpacks onnx/ and the reports beside this script.
cd "$(dirname "$0")" && cat onnx.tar.* | tar -xf - && ls onnx
JOIN
fi
if ((status == 0)); then
    echo "all is done"
else
    echo "not done yet: repeat this command"
fi
ls -l "$out"
exit $((status == 3 ? 0 : status))
