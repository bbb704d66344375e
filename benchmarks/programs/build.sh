#!/bin/sh
# Builds the guest programs, one static executable without a C library: build.sh [OUTPUT]. The same gcc and binutils give
# the same bytes. Without OUTPUT the committed file is replaced, and with it the note of the tools that made it.
set -eu
cd "$(dirname "$0")"
output=${1:-../../harness/src/main/resources/org/paravane/harness/comparison/programs.elf}
# No vector or contracted forms: each program is what its source says, on every x86-64 processor.
gcc -m64 -march=x86-64 -O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-pic -no-pie -fno-stack-protector \
  -fcf-protection=none -fno-asynchronous-unwind-tables -fno-tree-loop-distribute-patterns -fno-tree-vectorize \
  -ffp-contract=off -fno-ident -nostdlib -static -Wl,--build-id=none -Wl,-z,noexecstack -Wl,-z,max-page-size=4096 -s \
  -o "$output" start.S main.c integer.c data.c floating.c system.c
chmod 644 "$output"
if [ $# -eq 0 ]; then
  { gcc -dumpfullversion; ld --version | sed -n '1s/.* //p'; } > toolchain.txt
fi
