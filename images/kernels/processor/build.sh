#!/bin/sh
# Builds the checks of the processor: build.sh [OUTPUT]. The same gcc and binutils give the same bytes.
# Without OUTPUT the committed file is replaced, and with it the note of the tools that made it.
set -eu
cd "$(dirname "$0")"
resources=../../src/main/resources/org/paravane/images
output=${1:-$resources/processor.elf}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

flags="-m64 -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none
  -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -mno-red-zone -mgeneral-regs-only
  -fno-toplevel-reorder -I../common"
inputs=
for source in ../common/start.S ../common/console.c ../common/platform.c ../common/acpi.c ../common/run.S trap32.S trap16.S ../common/run.c ../common/check.c main.c \
  paging.c segments.c exceptions.c transfers.c debug.c msrs.c code.c \
  interrupts.c timers.c pit.c rtc.c legacy_machine.c legacy.c legacy_segments.c instructions.c virtual8086.c paging32.c gates16.c real.c; do
  name=$(basename "$source")
  object=$objects/${name%.*}-${name##*.}.o
  # shellcheck disable=SC2086
  gcc $flags -c "$source" -o "$object"
  inputs="$inputs $object"
done
# shellcheck disable=SC2086
ld -nostdlib -static --build-id=none -z max-page-size=4096 -z noexecstack --no-warn-rwx-segments -T ../common/run.ld -o "$output" $inputs
chmod 644 "$output"
if [ $# -eq 0 ]; then
  { gcc -dumpfullversion; ld --version | sed -n '1s/.* //p'; } > toolchain.txt
fi
