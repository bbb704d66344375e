#!/bin/bash
# compare.sh LIST OURS OTHER: the checks of a guest program that ended otherwise in one console log than in the other, those
# that the list has left out. The list lies in the program's folder. Succeeds if none is left.
set -eu
listed=$1
program=$(basename "$(dirname "$listed")")

results() {
  tr -d '\r' <"$1" | sed -nE 's/^.*PARAVANE: (pass|FAIL) ([^|]*[^| ]).*$/\2 = \1/p' | sort
}

grep -aq "PARAVANE: $program: " "$2"
grep -aq "PARAVANE: $program: " "$3"
echo "here: $(grep -ao "$program: .*" "$2"); there: $(grep -ao "$program: .*" "$3")"
! comm -3 <(results "$2") <(results "$3") | sed -E 's/^\t//; s/ = (pass|FAIL)$//' | sort -u |
  grep -vxFf <(grep -vE "^(#|$)" "$listed")
