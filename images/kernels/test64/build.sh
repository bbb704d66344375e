#!/bin/sh
# Builds the test kernel: build.sh [OUTPUT]. The same gcc and binutils give the same bytes.
# Without OUTPUT the committed file is replaced, and with it the note of the tools that made it.
set -eu
cd "$(dirname "$0")"
resources=../../src/main/resources/org/paravane/images
output=${1:-$resources/test64.elf}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

flags="-m64 -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none
  -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -mno-red-zone -mgeneral-regs-only"
for source in start.S traps.S main.c platform.c console.c paging.c interrupts.c traps.c acpi.c; do
  # shellcheck disable=SC2086
  gcc $flags -c "$source" -o "$objects/${source%.*}-${source##*.}.o"
done
ld -nostdlib -static --build-id=none -z max-page-size=4096 -z noexecstack -T test64.ld -o "$output" \
  "$objects/start-S.o" "$objects/traps-S.o" "$objects/main-c.o" "$objects/platform-c.o" "$objects/console-c.o" \
  "$objects/paging-c.o" "$objects/interrupts-c.o" "$objects/traps-c.o" "$objects/acpi-c.o"
chmod 644 "$output"
if [ $# -eq 0 ]; then
  { gcc -dumpfullversion; ld --version | sed -n '1s/.* //p'; } > toolchain.txt
fi
