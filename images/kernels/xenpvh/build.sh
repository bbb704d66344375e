#!/bin/sh
# Builds the checks of Xen's PVH interface: build.sh [OUTPUT]. The same gcc and binutils give the same bytes.
# Without OUTPUT the committed file is replaced, and with it the note of the tools that made it.
set -eu
cd "$(dirname "$0")"
resources=../../src/main/resources/org/paravane/images
output=${1:-$resources/xenpvh.elf}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

flags="-m64 -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none
  -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -mno-red-zone -mgeneral-regs-only
  -fno-toplevel-reorder -I../common"
inputs=
for source in ../common/start.S ../common/console.c ../common/platform.c ../common/run.S ../common/run.c ../common/check.c \
  guest.c main.c start.c hypercalls.c memory.c parameters.c events.c fifo.c timers.c processors.S processors.c privileged.c store.c; do
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
