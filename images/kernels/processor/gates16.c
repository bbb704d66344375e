/* 16-bit gates and 16-bit TSSs in protected mode (SDM Vol. 3A 5.8.3, 6.12, 7.6). */
#include "legacy.h"

#define CODE_AT (SCRATCH + 32)  /* 32-bit code whose base the checks choose */
#define SHORT_CODE (SCRATCH + 40) /* 16-bit code, the same */
#define HERE (SCRATCH + 56) /* 32-bit code at what is interrupted, so that IP has 16 bits */
#define USER_SHORT_CODE (SCRATCH + 48)
#define LOW_STACK 0x7000U       /* what SP can reach with a base of 0 */
#define AVAILABLE_TSS16 0x81
#define BUSY_TSS16 0x83

/* A 16-bit TSS (SDM Vol. 3A figure 7-10), in words of 16 bits. */
enum { LINK16, SP0, SS0_16, SP1, SS1_16, SP2, SS2_16, IP, FLAGS, AX, CX, DX, BX, SP, BP_, SI, DI, ES16, CS16, SS16, DS16, LDT16,
       TSS16_WORDS };

static u16 short_task[TSS16_WORDS] __attribute__((aligned(64)));

SNIPPET(gate16_call, ".code32; movl $0x5678, %eax; int $0x30; gate16_back: nop");
SNIPPET(gate16_return, ".code32; movl $0x1234, %ebx; pushfl; popl %edx; iretw");
SNIPPET(call16, ".code32; pushw $0x11; pushw $0x22; lcall $0x78, $0; call16_back: nop");
SNIPPET(call16_to, ".code32; movzwl 4(%esp), %eax; movzwl 6(%esp), %ebx; movzwl (%esp), %ecx; movzwl 8(%esp), %edx;"
                   "movl %esp, %esi");
SNIPPET(call16_return, ".code32; lretw $4");
SNIPPET(to_short_task, ".code32; ljmp $0x68, $0; to_short_task_back: nop");
SNIPPET(call_short_task, ".code32; movl $0x11234, %esi; lcall $0x68, $0; call_short_task_back: nop");
SNIPPET(in_short_task, ".code16; movzwl %sp, %esp; movw %sp, %bp");
SNIPPET(undefined16, ".code16; ud2");
SNIPPET(short_task_return, ".code16; incw %dx; iret");
extern const u8 gate16_back[], call16_back[], to_short_task_back[], call_short_task_back[];

static u64 type_of(u64 selector) { return descriptors[selector / 8] >> 40 & 0xFF; }

static void install(const void *code16) {
  install_legacy();
  descriptors[CODE_AT / 8] = descriptor((u64)code16, 0xFFFFF, 0x9B, 0xC);
  descriptors[SHORT_CODE / 8] = descriptor((u64)code16, 0xFFFF, 0x9B, 0);
  descriptors[USER_SHORT_CODE / 8] = descriptor((u64)code16, 0xFFFF, 0xFB, 0);
  for (u32 i = 0; i < TSS16_WORDS; i++) {
    short_task[i] = 0;
  }
  short_task[SP0] = LOW_STACK;
  short_task[SS0_16] = KERNEL_DATA;
  short_task[CS16] = SHORT_CODE;
  short_task[SS16] = KERNEL_DATA16;
  short_task[DS16] = short_task[ES16] = KERNEL_DATA;
  short_task[SP] = LOW_STACK - 0x200;
  short_task[FLAGS] = 2;
  descriptors[OTHER_TASK / 8] = descriptor((u64)short_task, sizeof short_task - 1, AVAILABLE_TSS16, 0);
}

/* What lies behind vector and error code in the frame of a 16-bit gate. */
static u16 short_word(u32 index) { return ((u16 *)&legacy_trap[T_EIP])[index]; }

static void check_interrupt_gates(void) {
  install(trap_entries32);
  set_gate32(0x30, 0x300, CODE_AT, 0xE6);
  run_legacy(low(gate16_call), CODE32, 0);
  check(legacy_trap[T_VECTOR] == 0x30 && short_word(0) == (u16)low(gate16_back) && short_word(1) == CODE32 &&
            legacy_trap_esp == TOP(1) - 62,
        "16-bit interrupt gate at CPL 0: a frame of three words");
  run_legacy(low(gate16_call), USER_CODE32, 0);
  check(legacy_trap[T_VECTOR] == 0x30 && short_word(0) == (u16)low(gate16_back) && short_word(1) == USER_CODE32 &&
            short_word(3) == (u16)low(user_stack + 1024) && short_word(4) == USER_DATA && legacy_trap_esp == TOP(0) - 66,
        "16-bit interrupt gate from CPL 3: a frame of five words on SS0:ESP0");
  install(trap_entries32);
  set_gate32(GP, GP * 16, CODE_AT, 0x86);
  run_legacy(low(gate16_call), USER_CODE32, 0);
  check(legacy_trap[T_VECTOR] == 0x30, "a gate of DPL 3 beside it");
  set_gate32(0x30, 0x300, CODE_AT, 0x86);
  run_legacy(low(gate16_call), USER_CODE32, 0);
  check(legacy_trap[T_VECTOR] == GP && (legacy_trap[T_ERROR] & 0xFFFF) == (0x30 << 3 | 2),
        "16-bit interrupt gate: the error code is a word");
  for (u32 trap_gate = 0; trap_gate < 2; trap_gate++) {
    install(gate16_return);
    set_gate32(0x30, 0, CODE_AT, trap_gate ? 0xE7 : 0xE6);
    descriptors[HERE / 8] = descriptor((u64)gate16_call, 0xFFFFF, 0x9B, 0xC);
    run_legacy(0, HERE, FLAG_IF);
    check(trapped(BP, 0) && legacy_trap[T_EBX] == 0x1234 && legacy_trap[T_CS] == HERE &&
              legacy_trap[T_EIP] == gate16_call_end - gate16_call + 1 &&
              (legacy_trap[T_EDX] & FLAG_IF) == (trap_gate ? FLAG_IF : 0),
          trap_gate ? "16-bit trap gate keeps IF, and IRETW returns" : "16-bit interrupt gate clears IF, and IRETW returns");
  }
}

static void set_call_gate16(u32 selector) {
  descriptors[GATE / 8] = (u64)selector << 16 | 2UL << 32 | 0xE4UL << 40;
}

static void check_call_gates16(void) {
  install(call16_to);
  set_call_gate16(CODE_AT);
  run_legacy(low(call16), USER_CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == CODE_AT && legacy_trap[T_EAX] == 0x22 && legacy_trap[T_EBX] == 0x11,
        "16-bit call gate with two parameters");
  check(legacy_trap[T_ECX] == (u16)low(call16_back) && legacy_trap[T_EDX] == (u16)low(user_stack + 1020) &&
            legacy_trap[T_ESI] == TOP(0) - 12,
        "16-bit call gate: its frame is of words");
  install(call16_to);
  set_call_gate16(CODE_AT);
  run_legacy(low(call16), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == CODE_AT && legacy_trap[T_ESI] == TOP(1) - 8,
        "16-bit call gate at CPL 0 pushes two words and copies nothing");
}

static void check_tasks16(void) {
  install(in_short_task);
  short_task[DX] = 77;
  run_legacy(low(to_short_task), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap_task == OTHER_TASK && (u16)legacy_trap[T_EDX] == 77 &&
            (u16)legacy_trap[T_EBP] == LOW_STACK - 0x200 && legacy_trap[T_CS] == SHORT_CODE,
        "JMP to a 16-bit TSS loads its registers");
  check(legacy_trap[T_FS] == 0 && legacy_trap[T_GS] == 0, "a 16-bit TSS nulls FS and GS");
  check(type_of(TASK32) == AVAILABLE_TSS && type_of(OTHER_TASK) == BUSY_TSS16, "the old TSS is available, the new busy");
  check_equal("the old EIP is saved with 32 bits", tasks[0][EIP], low(to_short_task_back));
  install(in_short_task);
  run_legacy(low(call_short_task), CODE32, 0);
  check(trapped(BP, 0) && (legacy_trap[T_FLAGS] & FLAG_NT) && short_task[LINK16] == TASK32,
        "CALL to a 16-bit TSS sets NT and the link");
  install(short_task_return);
  short_task[DX] = 5;
  run_legacy(low(call_short_task), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap_task == TASK32 && legacy_trap[T_EIP] == low(call_short_task_end) + 1 &&
            legacy_trap[T_ESI] == 0x11234,
        "IRET from a 16-bit task to the 32-bit one that called it");
  check(short_task[DX] == 6 && short_task[IP] == short_task_return_end - short_task_return &&
            !(short_task[FLAGS] & FLAG_NT),
        "the left task is saved in words");
  install(in_short_task);
  descriptors[OTHER_TASK / 8] = descriptor((u64)short_task, TSS16_WORDS * 2 - 2, AVAILABLE_TSS16, 0);
  run_legacy(low(to_short_task), CODE32, 0);
  expect32("JMP to a 16-bit TSS that is too small", TS, OTHER_TASK);
  install(undefined16);
  short_task[CS16] = USER_SHORT_CODE | 3;
  short_task[SS16] = short_task[DS16] = short_task[ES16] = USER_DATA;
  run_legacy(low(to_short_task), CODE32, 0);
  check(legacy_trap[T_VECTOR] == UD && legacy_trap[T_CS] == (USER_SHORT_CODE | 3) && legacy_trap_ss == KERNEL_DATA &&
            legacy_trap_esp == LOW_STACK - 76,
        "a 16-bit TSS gives SS0 and SP0");
}

void check_gates16(void) {
  group("gates16");
  check_interrupt_gates();
  check_call_gates16();
  check_tasks16();
}
