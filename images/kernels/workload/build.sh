#!/bin/sh
# Builds the workload: build.sh [OUTPUT]. The same gcc and binutils give the same bytes.
# Without OUTPUT the committed file is replaced, and with it the note of the tools that made it.
set -eu
cd "$(dirname "$0")"
resources=../../src/main/resources/org/paravane/images
output=${1:-$resources/workload64.elf}
objects=$(mktemp -d)
trap 'rm -rf "$objects"' EXIT

flags="-m64 -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-pic -fno-stack-protector -fcf-protection=none
  -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -mno-red-zone -I../common"
for source in ../common/start.S ../common/traps.S user.S main.c ../common/platform.c ../common/console.c \
  ../common/acpi.c ../common/traps.c paging.c faults.c integer.c control.c data.c strings.c system.c sse2.c x87.c; do
  name=$(basename "$source")
  case $name in
    sse2.c | x87.c) registers= ;;
    *) registers=-mgeneral-regs-only ;;
  esac
  # shellcheck disable=SC2086
  gcc $flags $registers -c "$source" -o "$objects/${name%.*}-${name##*.}.o"
done
cd "$objects"
kernel=$OLDPWD/../common/kernel.ld
case $output in /*) ;; *) output=$OLDPWD/$output ;; esac
ld -nostdlib -static --build-id=none -z max-page-size=4096 -z noexecstack -T "$kernel" -o "$output" \
  start-S.o traps-S.o user-S.o main-c.o platform-c.o console-c.o acpi-c.o traps-c.o paging-c.o faults-c.o \
  integer-c.o control-c.o data-c.o strings-c.o system-c.o sse2-c.o x87-c.o
cd "$OLDPWD"
chmod 644 "$output"
if [ $# -eq 0 ]; then
  { gcc -dumpfullversion; ld --version | sed -n '1s/.* //p'; } > toolchain.txt
fi
