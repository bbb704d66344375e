#!/bin/sh
# Builds the test kernel: build.sh [OUTPUT]. The same gcc and binutils give the same bytes.
# Without OUTPUT the committed file is replaced, and with it the note of the tools that made it.
set -eu
cd "$(dirname "$0")"
resources=../../src/main/resources/org/paravane/images
output=${1:-$resources/test32.elf}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

flags="-m32 -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none
  -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -mgeneral-regs-only
  -I../common -Wno-int-to-pointer-cast -Wno-pointer-to-int-cast"
for source in start.S traps.S main.c bare.c vmi.c lguest.c xen-pvh.c console.c paging.c traps.c ../common/platform.c \
  ../common/acpi.c; do
  name=$(basename "$source")
  # shellcheck disable=SC2086
  gcc $flags -c "$source" -o "$objects/${name%.*}-${name##*.}.o"
done
ld -m elf_i386 -nostdlib -static --build-id=none -z max-page-size=4096 -z noexecstack -T test32.ld -o "$output" \
  "$objects/start-S.o" "$objects/traps-S.o" "$objects/main-c.o" "$objects/bare-c.o" "$objects/vmi-c.o" \
  "$objects/lguest-c.o" "$objects/xen-pvh-c.o" "$objects/console-c.o" "$objects/paging-c.o" "$objects/traps-c.o" \
  "$objects/platform-c.o" "$objects/acpi-c.o"
chmod 644 "$output"
if [ $# -eq 0 ]; then
  { gcc -dumpfullversion; ld --version | sed -n '1s/.* //p'; } > toolchain.txt
fi
