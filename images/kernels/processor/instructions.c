/* Instructions that a program can't try on a real processor under an operating system in 64-bit mode. */
#include "legacy.h"

#define TESTED (SCRATCH + 64)

SNIPPET(i_alias, ".code32; .byte 0x82, 0xC0, 0xF0; lahf; movb %ah, %cl; .byte 0x82, 0xEB, 0x11; .byte 0x82, 0xE2, 0x0F;"
                 ".byte 0x82, 0x36, 0x55");
SNIPPET(i_alias_carry, ".code32; stc; .byte 0x82, 0xD0, 0x01; stc; .byte 0x82, 0xDB, 0x01; .byte 0x82, 0xCA, 0x81;"
                       "xorl %ecx, %ecx; .byte 0x82, 0xF8, 0x0A; setz %cl");
SNIPPET(i_arpl, ".code32; movl $0x50, %eax; movl $0x13, %ebx; arpl %bx, %ax; setz %cl; movl $0x53, %edx; movl $0x11, %ebx;"
                "arpl %bx, %dx; setz %ch");
SNIPPET(i_stack, ".code32; pushl %ss; popl %eax; pushl %ss; popl %ss; movl %ss, %ebx");
SNIPPET(i_les, ".code32; lesl (%edi), %eax; movl %es, %ebx");
SNIPPET(i_lds, ".code32; ldsl %cs:(%edi), %eax; movl %ds, %ebx");
SNIPPET(i_lfs, ".code32; lfsl (%edi), %eax; movl %fs, %ebx");
SNIPPET(i_lgs, ".code32; lgsl (%edi), %eax; movl %gs, %ebx");
SNIPPET(i_lss, ".code32; lssl (%edi), %eax; movl %ss, %ebx");
SNIPPET(i_lfs64, "lfsl (%rdi), %eax; mov %fs, %ebx");
SNIPPET(i_count, "rdpmc");
SNIPPET(i_status, "mov %cr0, %r8; mov %r8, %rax; or $8, %eax; lmsw %ax; mov %cr0, %r9; clts; mov %cr0, %r10; xor %eax, %eax;"
                  "lmsw %ax; mov %cr0, %r11; mov %r8, %cr0");
SNIPPET(i_access, "stac; pushfq; pop %rax; clac; pushfq; pop %rbx");
SNIPPET(i_caches, "wbinvd; nop");
USER_MEMORY(u8, i_memory[8]);

static void run32(const void *code, u32 cs) {
  install_legacy();
  legacy_registers[R_EDI] = low(i_memory);
  run_legacy(low(code), cs, 0);
}

static u8 byte_of(u32 reg) { return legacy_trap[reg]; }

static void check_aliases(void) {
  install_legacy();
  legacy_registers[R_EAX] = 0x20;
  legacy_registers[R_EBX] = 0x10;
  legacy_registers[R_EDX] = 0x3C;
  legacy_registers[R_ESI] = low(i_memory);
  i_memory[0] = 0x0F;
  run_legacy(low(i_alias), USER_CODE32, 0);
  check(trapped(BP, 0) && byte_of(T_EAX) == 0x10 && (byte_of(T_ECX) & 1) && byte_of(T_EBX) == 0xFF && byte_of(T_EDX) == 0x0C &&
            i_memory[0] == 0x5A,
        "opcode 82: ADD, SUB, AND, XOR");
  install_legacy();
  legacy_registers[R_EAX] = 8;
  legacy_registers[R_EBX] = 8;
  legacy_registers[R_EDX] = 2;
  run_legacy(low(i_alias_carry), USER_CODE32, 0);
  check(trapped(BP, 0) && byte_of(T_EAX) == 10 && byte_of(T_EBX) == 6 && byte_of(T_EDX) == 0x83 && byte_of(T_ECX) == 1,
        "opcode 82: ADC, SBB, OR, CMP");
}

static void check_pointers(void) {
  static const struct {
    const char *name;
    const u8 *code;
    u32 cs, selector, reg;
  } loads[] = {
      {"LES", i_les, USER_CODE32, USER_DATA, T_ES},   {"LDS", i_lds, USER_CODE32, USER_DATA, T_DS},
      {"LFS", i_lfs, USER_CODE32, USER_DATA, T_FS},   {"LGS", i_lgs, USER_CODE32, USER_DATA, T_GS},
      {"LSS", i_lss, CODE32, KERNEL_DATA, T_SS},
  };
  for (u32 i = 0; i < sizeof loads / sizeof *loads; i++) {
    *(volatile u32 *)i_memory = 0x12345678;
    *(volatile u16 *)(i_memory + 4) = loads[i].selector;
    run32(loads[i].code, loads[i].cs);
    check(trapped(BP, 0) && legacy_trap[T_EAX] == 0x12345678 && (u16)legacy_trap[T_EBX] == loads[i].selector, loads[i].name);
    *(volatile u16 *)(i_memory + 4) = GDT_ENTRIES * 8;
    run32(loads[i].code, loads[i].cs);
    check(trapped(GP, GDT_ENTRIES * 8) && legacy_trap[T_EAX] == 0, "and its fault leaves the register");
  }
  *(volatile u16 *)(i_memory + 4) = USER_DATA;
  prepare(i_lfs64, 3);
  state.rdi = (u64)i_memory;
  run();
  check(state.vector == BP && state.rax == 0x12345678 && (u16)state.rbx == USER_DATA, "LFS in 64-bit mode");
}

void check_instructions(void) {
  group("instructions");
  check_aliases();
  run32(i_arpl, USER_CODE32);
  check(trapped(BP, 0) && (u16)legacy_trap[T_EAX] == 0x53 && (u16)legacy_trap[T_EDX] == 0x53 &&
            (u16)legacy_trap[T_ECX] == 1,
        "ARPL raises the RPL and tells by ZF");
  run32(i_stack, USER_CODE32);
  check(trapped(BP, 0) && (u16)legacy_trap[T_EAX] == USER_DATA && (u16)legacy_trap[T_EBX] == USER_DATA, "PUSH and POP of SS");
  check_pointers();
  run_at(i_count, 3);
  expect("RDPMC at CPL 3 without CR4.PCE", GP, 0, (u64)i_count);
  run_at(i_status, 0);
  check(state.vector == BP && (state.r9 & 8) && !(state.r10 & 8) && (state.r9 & ~8UL) == (state.r8 & ~8UL), "LMSW and CLTS");
  check_equal("LMSW does not clear PE", state.r11 & 1, 1);
  run_at(i_access, 0);
  check(state.vector == BP && (state.rax & FLAG_AC) && !(state.rbx & FLAG_AC), "STAC and CLAC");
  run_at(i_caches, 0);
  expect_end("WBINVD", i_caches_end);
}
