/* Virtual-8086 mode, its extensions (CR4.VME), and the virtual interrupt flag of protected mode (SDM Vol. 3A chapter 20). */
#include "legacy.h"

SNIPPET(v86_segments, ".code16; movw %cs, %ax; movw %ax, %ds; movw $0x5678, 0x800; movw %ds, %bx; movw 0x800, %cx");
SNIPPET(v86_interrupt, ".code16; int $0x30");
SNIPPET(v86_cli, ".code16; cli; sti; cli");
SNIPPET(v86_pushf, ".code16; pushf; popw %ax");
SNIPPET(v86_halt, ".code16; hlt");
SNIPPET(v86_port, ".code16; movw $0x80, %dx; inb %dx, %al");
SNIPPET(v86_far, ".code16; movw $5, %ax; ljmp $0x3000, $(v86_far_at - v86_far); ud2; v86_far_at: movw %cs, %bx");
SNIPPET(v86_limit, ".code16; movl $0x10000, %edi; movb (%edi), %al");
extern const u8 v86_far_at[];

static void run_v86(const u8 *code, const u8 *end, u32 flags) {
  install_legacy();
  copy_low(code, end);
  run_legacy(0, LOW_CODE >> 4, FLAG_VM | flags);
}

static void check_without_vme(void) {
  run_v86(v86_segments, v86_segments_end, FLAG_IOPL);
  check(trapped(BP, 0) && (legacy_trap[T_FLAGS] & FLAG_VM) && (legacy_trap[T_EBX] & 0xFFFF) == LOW_CODE >> 4 &&
            (legacy_trap[T_ECX] & 0xFFFF) == 0x5678 && *(u16 *)(LOW_CODE + 0x800) == 0x5678,
        "segments are paragraphs");
  check(legacy_trap[T_V86_DS] == LOW_CODE >> 4 && legacy_trap[T_V86_GS] == LOW_CODE >> 4 && legacy_trap[T_DS] == 0 &&
            legacy_trap[T_GS] == 0,
        "a trap saves the data segments and nulls them");
  check_equal("the frame lies on SS0:ESP0", legacy_trap_esp, TOP(0) - 92);
  run_v86(v86_interrupt, v86_interrupt_end, FLAG_IOPL);
  check(trapped(0x30, 0) && legacy_trap[T_EIP] == 2, "INT n with IOPL 3");
  run_v86(v86_interrupt, v86_interrupt_end, 0);
  expect32("INT n with IOPL 0", GP, 0);
  run_v86(v86_cli, v86_cli_end, FLAG_IOPL);
  expect32("CLI with IOPL 3", BP, 0);
  run_v86(v86_cli, v86_cli_end, 0);
  expect32("CLI with IOPL 0", GP, 0);
  run_v86(v86_pushf, v86_pushf_end, FLAG_IOPL);
  expect32("PUSHF with IOPL 3", BP, 0);
  run_v86(v86_pushf, v86_pushf_end, 0);
  expect32("PUSHF with IOPL 0", GP, 0);
  run_v86(v86_halt, v86_halt_end, FLAG_IOPL);
  expect32("HLT", GP, 0);
  run_v86(v86_port, v86_port_end, FLAG_IOPL);
  expect32("IN asks the bitmap whatever IOPL is", GP, 0);
  run_v86(v86_far, v86_far_end, FLAG_IOPL);
  check(trapped(BP, 0) && (legacy_trap[T_EBX] & 0xFFFF) == 0x3000, "JMP far");
  run_v86(v86_limit, v86_limit_end, FLAG_IOPL);
  expect32("an offset above 64 KiB", GP, 0);
}

SNIPPET(v86_redirected, ".code16; int $0x30; v86_redirected_next: int3; v86_redirected_to: popw %ax; popw %bx; popw %cx");
SNIPPET(v86_sti, ".code16; sti");
SNIPPET(v86_only_cli, ".code16; cli");
SNIPPET(v86_popf, ".code16; pushw %ax; popf");
SNIPPET(v86_iret, ".code16; pushw %ax; pushw %cs; pushw $(v86_iret_to - v86_iret); iret; v86_iret_to: nop");
SNIPPET(v86_pushfd, ".code16; pushfl");
SNIPPET(pvi_cli, ".code32; cli");
SNIPPET(pvi_sti, ".code32; sti");
SNIPPET(pvi_pushf, ".code32; pushfl; popl %eax");
extern const u8 v86_redirected_next[], v86_redirected_to[];

static u32 popped; /* AX at the start */

/* Runs with CR4.VME; INT 30h is redirected to the program if the bit in the bitmap is clear. */
static void run_vme(const u8 *code, const u8 *end, u32 flags, int to_monitor) {
  install_legacy();
  legacy_mode.cr4 |= CR4_VME;
  legacy_registers[R_EAX] = popped;
  tasks[0][BITMAP] = (TSS_WORDS + 8) * 4 << 16;
  tasks[0][TASK_WORDS - 1] = -1U;
  tasks[0][REDIRECTION + 1] = to_monitor ? 1U << 16 : 0; /* of vector 30h */
  descriptors[TASK32 / 8] = descriptor((u64)tasks[0], sizeof tasks[0] - 1, AVAILABLE_TSS, 0);
  copy_low(code, end);
  set_vector(0x30, LOW_CODE >> 4, v86_redirected_to - v86_redirected);
  run_legacy(0, LOW_CODE >> 4, FLAG_VM | flags);
}

static u64 flags_after(u64 mask) { return legacy_trap[T_FLAGS] & mask; }

static void check_redirection(void) {
  u32 next = v86_redirected_next - v86_redirected, end = v86_redirected_end - v86_redirected + 1;
  run_vme(v86_redirected, v86_redirected_end, FLAG_VIF, 0);
  check(trapped(BP, 0) && legacy_trap[T_EIP] == end && (legacy_trap[T_EAX] & 0xFFFF) == next &&
            (legacy_trap[T_EBX] & 0xFFFF) == LOW_CODE >> 4,
        "VME: INT n goes to the program's own handler");
  check_equal("VME: it pushes VIF as IF, and IOPL as 3", legacy_trap[T_ECX] & (FLAG_IF | FLAG_IOPL), FLAG_IF | FLAG_IOPL);
  check_equal("VME: it clears VIF", flags_after(FLAG_VIF), 0);
  run_vme(v86_redirected, v86_redirected_end, FLAG_IOPL | FLAG_IF, 0);
  check(trapped(BP, 0) && legacy_trap[T_EIP] == end && (legacy_trap[T_ECX] & (FLAG_IF | FLAG_IOPL)) == (FLAG_IF | FLAG_IOPL),
        "VME: so it does with IOPL 3, with the flags as they are");
  check_equal("VME: and clears IF then", flags_after(FLAG_IF), 0);
  run_vme(v86_redirected, v86_redirected_end, FLAG_IOPL, 1);
  check(trapped(0x30, 0) && legacy_trap[T_EIP] == next, "VME: a bit in the bitmap sends INT n to the IDT with IOPL 3");
  run_vme(v86_redirected, v86_redirected_end, 0, 1);
  expect32("VME: and refuses it with IOPL 0", GP, 0);
}

static void check_virtual_interrupts(void) {
  run_vme(v86_only_cli, v86_only_cli_end, FLAG_VIF, 0);
  check(trapped(BP, 0) && !flags_after(FLAG_VIF), "VME: CLI with IOPL 0 clears VIF");
  run_vme(v86_sti, v86_sti_end, 0, 0);
  check(trapped(BP, 0) && flags_after(FLAG_VIF | FLAG_IF) == FLAG_VIF, "VME: STI with IOPL 0 sets VIF");
  run_vme(v86_sti, v86_sti_end, FLAG_VIP, 0);
  expect32("VME: STI with IOPL 0 and VIP", GP, 0);
  run_vme(v86_pushf, v86_pushf_end, FLAG_VIF, 0);
  check(trapped(BP, 0) && (legacy_trap[T_EAX] & (FLAG_IF | FLAG_IOPL)) == (FLAG_IF | FLAG_IOPL),
        "VME: PUSHF with IOPL 0 pushes VIF as IF");
  run_vme(v86_pushfd, v86_pushfd_end, 0, 0);
  expect32("VME: PUSHFD with IOPL 0", GP, 0);
  static const struct {
    const char *by_popf, *by_iret;
    u32 flags, popped, vector, after;
  } pops[] = {
      {"VME: POPF with IOPL 0 sets VIF", "VME: IRET with IOPL 0 sets VIF", 0, FLAG_IF, BP, FLAG_VIF},
      {"VME: POPF with IOPL 0 clears VIF", "VME: IRET with IOPL 0 clears VIF", FLAG_VIF, 0, BP, 0},
      {"VME: POPF with IOPL 0, VIP and IF", "VME: IRET with IOPL 0, VIP and IF", FLAG_VIP, FLAG_IF, GP, 0},
      {"VME: POPF with VIP, without IF", "VME: IRET with VIP, without IF", FLAG_VIP, 0, BP, 0},
      {"VME: POPF with IOPL 0 and TF", "VME: IRET with IOPL 0 and TF", 0, FLAG_TF, GP, 0},
  };
  for (u32 i = 0; i < sizeof pops / sizeof *pops; i++) {
    popped = pops[i].popped;
    run_vme(v86_popf, v86_popf_end, pops[i].flags, 0);
    check(trapped(pops[i].vector, 0) && (pops[i].vector != BP || flags_after(FLAG_VIF) == pops[i].after), pops[i].by_popf);
    run_vme(v86_iret, v86_iret_end, pops[i].flags, 0);
    check(trapped(pops[i].vector, 0) && (pops[i].vector != BP || flags_after(FLAG_VIF) == pops[i].after), pops[i].by_iret);
  }
  popped = 0;
}

static void run_pvi(const u8 *code, u32 flags) {
  install_legacy();
  legacy_mode.cr4 |= CR4_PVI;
  run_legacy(low(code), USER_CODE32, flags);
}

static void check_protected_mode(void) {
  run_pvi(pvi_cli, FLAG_VIF);
  check(trapped(BP, 0) && !flags_after(FLAG_VIF), "PVI: CLI at CPL 3 with IOPL 0 clears VIF");
  run_pvi(pvi_sti, 0);
  check(trapped(BP, 0) && flags_after(FLAG_VIF | FLAG_IF) == FLAG_VIF, "PVI: STI sets VIF");
  run_pvi(pvi_sti, FLAG_VIP);
  expect32("PVI: STI with VIP", GP, 0);
  run_pvi(pvi_pushf, FLAG_VIF);
  check(trapped(BP, 0) && !(legacy_trap[T_EAX] & FLAG_IF) && (legacy_trap[T_EAX] & FLAG_VIF),
        "PVI: PUSHF shows the flags as they are");
}

void check_virtual8086(void) {
  group("virtual-8086");
  check_without_vme();
  check_redirection();
  check_virtual_interrupts();
  check_protected_mode();
}
