#!/bin/bash
# compare.sh OURS OTHER: the checks that ended otherwise in one console log than in the other, those that
# qemu-differences.txt lists left out. Succeeds if none is left.
set -eu
listed=$(dirname "$0")/qemu-differences.txt

results() {
  tr -d '\r' <"$1" | sed -nE 's/^.*PARAVANE: (pass|FAIL) ([^|]*[^| ]).*$/\2 = \1/p' | sort
}

grep -aq 'PARAVANE: processor: ' "$1"
grep -aq 'PARAVANE: processor: ' "$2"
echo "here: $(grep -ao 'processor: .*' "$1"); there: $(grep -ao 'processor: .*' "$2")"
! comm -3 <(results "$1") <(results "$2") | sed -E 's/^\t//; s/ = (pass|FAIL)$//' | sort -u |
  grep -vxFf <(grep -vE "^(#|$)" "$listed")
