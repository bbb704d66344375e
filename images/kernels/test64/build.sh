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
  -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-ident -mno-red-zone -mgeneral-regs-only
  -I../common"
for source in ../common/start.S ../common/traps.S user.S xen-notes.S xen-pv-traps.S main.c ../common/platform.c \
  ../common/console.c ../common/acpi.c ../common/traps.c detect.c hardware.c events.c local_apic.c pvclock.c bare.c kvm.c \
  vmware.c hyper-v.c xen.c xen-pv.c xen-pvh.c; do
  name=$(basename "$source")
  object=$objects/${name%.*}-${name##*.}.o
  # shellcheck disable=SC2086
  gcc $flags -c "$source" -o "$object"
  linked="${linked:-} $object"
done
# shellcheck disable=SC2086
ld -nostdlib -static --build-id=none -z max-page-size=4096 -z noexecstack -T ../common/kernel.ld -o "$output" $linked
chmod 644 "$output"
if [ $# -eq 0 ]; then
  { gcc -dumpfullversion; ld --version | sed -n '1s/.* //p'; } > toolchain.txt
fi
