/* Protected mode without IA-32e mode: stack switches of 32-bit TSSs, call gates, task switches (SDM Vol. 3A chapters 6, 7). */
#include "legacy.h"

SNIPPET(stop32, ".code32; nop");
SNIPPET(interrupt32, ".code32; int $0x30");
SNIPPET(undefined32, ".code32; ud2");
SNIPPET(call_gate32, ".code32; pushl $0x11; pushl $0x22; lcall $0x78, $0; call_gate32_back: nop");
SNIPPET(gate_target32, ".code32; movl 8(%esp), %eax; movl 12(%esp), %ebx; gate_target32_at: nop");
SNIPPET(gate_return32, ".code32; lretl $8");
SNIPPET(jump_task, ".code32; ljmp $0x68, $0; jump_task_back: nop");
SNIPPET(call_task, ".code32; movl $0x1234, %esi; lcall $0x68, $0; call_task_back: nop");
SNIPPET(in_task, ".code32; movl %esp, %ebp; nop");
SNIPPET(in_task_return, ".code32; incl %edx; iretl; in_task_again: nop");
extern const u8 call_gate32_back[], jump_task_back[], call_task_back[];

static u64 type_of(u64 selector) { return descriptors[selector / 8] >> 40 & 0xFF; }

static void check_stacks32(void) {
  install_legacy();
  run_legacy(low(stop32), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_EIP] == low(stop32_end) + 1 && legacy_trap_esp == TOP(1) - 68,
        "#BP at CPL 0 stays on its stack");
  install_legacy();
  run_legacy(low(stop32), USER_CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == USER_CODE32 && legacy_trap[T_SS] == USER_DATA &&
            legacy_trap[T_ESP] == low(user_stack + 1024) && legacy_trap_ss == KERNEL_DATA && legacy_trap_esp == TOP(0) - 76,
        "#BP at CPL 3 goes to SS0:ESP0");
  install_legacy();
  run_legacy(low(interrupt32), USER_CODE32, 0);
  expect32("INT n through a gate of DPL 3", 0x30, 0);
  install_legacy();
  set_gate32(0x30, low(trap_entries32) + 0x300, CODE32, 0x8E);
  run_legacy(low(interrupt32), USER_CODE32, 0);
  expect32("INT n through a gate of DPL 0", GP, 0x30 << 3 | 2);
}

/* Faults while the stack is switched go through a task gate. */
static void check_bad_stacks(void) {
  static const struct {
    const char *name;
    u64 descriptor_access;
    u32 selector, vector, error;
  } bad[] = {
      {"SS0 is null: #TS", 0x93, 0, TS, 1},
      {"SS0 with RPL 3: #TS", 0x93, BAD_STACK | 3, TS, BAD_STACK | 1},
      {"SS0 with DPL 3: #TS", 0xF3, BAD_STACK, TS, BAD_STACK | 1},
      {"SS0 read-only: #TS", 0x91, BAD_STACK, TS, BAD_STACK | 1},
      {"SS0 is code: #TS", 0x9B, BAD_STACK, TS, BAD_STACK | 1},
      {"SS0 absent: #SS", 0x13, BAD_STACK, SS, BAD_STACK | 1},
      {"SS0 beyond the GDT: #TS", 0x93, 0x7F8, TS, 0x7F8 | 1},
  };
  for (u32 i = 0; i < sizeof bad / sizeof *bad; i++) {
    install_legacy();
    descriptors[BAD_STACK / 8] = descriptor(0, 0xFFFFF, bad[i].descriptor_access, 0xC);
    tasks[0][SS0] = bad[i].selector;
    set_gate32(bad[i].vector, 0, FAULT_TASK, 0x85);
    tasks[2][EIP] = low(trap_entries32) + bad[i].vector * 16;
    tasks[2][ESP] = TOP(2) - 64;
    run_legacy(low(undefined32), USER_CODE32, 0);
    expect32(bad[i].name, bad[i].vector, bad[i].error);
  }
  install_legacy();
  descriptors[BAD_STACK / 8] = descriptor(0, TOP(0) - 9, 0x93, 4);
  tasks[0][SS0] = BAD_STACK;
  set_gate32(SS, 0, FAULT_TASK, 0x85);
  tasks[2][EIP] = low(trap_entries32) + SS * 16;
  tasks[2][ESP] = TOP(2) - 64;
  run_legacy(low(undefined32), USER_CODE32, 0);
  expect32("SS0's limit too small for the frame: #SS", SS, BAD_STACK | 1);
}

static void check_call_gates32(void) {
  install_legacy();
  descriptors[GATE / 8] = (low(gate_target32) & 0xFFFF) | (u64)CODE32 << 16 | 2UL << 32 | 0xECUL << 40 |
                          (u64)(low(gate_target32) >> 16) << 48;
  run_legacy(low(call_gate32), USER_CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == CODE32 && legacy_trap[T_EAX] == 0x22 && legacy_trap[T_EBX] == 0x11,
        "call gate with two parameters");
  install_legacy();
  descriptors[GATE / 8] = (low(gate_return32) & 0xFFFF) | (u64)CODE32 << 16 | 2UL << 32 | 0xECUL << 40 |
                          (u64)(low(gate_return32) >> 16) << 48;
  run_legacy(low(call_gate32), USER_CODE32, 0);
  check(trapped(BP, 0) && legacy_trap[T_CS] == USER_CODE32 && legacy_trap[T_EIP] == low(call_gate32_end) + 1 &&
            legacy_trap[T_ESP] == low(user_stack + 1024),
        "RETF n releases the parameters on both stacks");
}

static void check_tasks(void) {
  install_legacy();
  tasks[1][EIP] = low(in_task);
  tasks[1][EDX] = 77;
  run_legacy(low(jump_task), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap_task == OTHER_TASK && legacy_trap[T_EDX] == 77 && legacy_trap[T_EBP] == TOP(2),
        "JMP to a TSS loads its registers");
  check(type_of(TASK32) == AVAILABLE_TSS && type_of(OTHER_TASK) == BUSY_TSS, "JMP: the old TSS is available, the new busy");
  check_equal("JMP: EIP is saved", tasks[0][EIP], low(jump_task_back));
  check_equal("a task switch sets CR0.TS", legacy_trap_cr0 & CR0_TS, CR0_TS);
  install_legacy();
  tasks[1][EIP] = low(in_task);
  run_legacy(low(call_task), CODE32, 0);
  check(trapped(BP, 0) && (legacy_trap[T_FLAGS] & FLAG_NT) && tasks[1][LINK] == TASK32, "CALL to a TSS sets NT and the link");
  check(type_of(TASK32) == BUSY_TSS && type_of(OTHER_TASK) == BUSY_TSS, "CALL: both TSSs are busy");
  check_equal("CALL: ESI is saved", tasks[0][ESI], 0x1234);
  install_legacy();
  tasks[1][EIP] = low(in_task_return);
  tasks[1][EDX] = 5;
  run_legacy(low(call_task), CODE32, 0);
  check(trapped(BP, 0) && legacy_trap_task == TASK32 && legacy_trap[T_EIP] == low(call_task_end) + 1 &&
            legacy_trap[T_ESI] == 0x1234,
        "IRET with NT returns to the calling task");
  check(type_of(TASK32) == BUSY_TSS && type_of(OTHER_TASK) == AVAILABLE_TSS, "IRET: the left TSS is available");
  check(tasks[1][EDX] == 6 && !(tasks[1][EFLAGS] & FLAG_NT), "IRET: the left task is saved with NT clear");
  install_legacy();
  descriptors[OTHER_TASK / 8] = descriptor((u64)tasks[1], TSS_WORDS * 4 - 1, BUSY_TSS, 0);
  run_legacy(low(jump_task), CODE32, 0);
  expect32("JMP to a busy TSS", GP, OTHER_TASK);
  install_legacy();
  descriptors[OTHER_TASK / 8] = descriptor((u64)tasks[1], TSS_WORDS * 4 - 1, 0x09, 0);
  run_legacy(low(jump_task), CODE32, 0);
  expect32("JMP to an absent TSS", NP, OTHER_TASK);
  install_legacy();
  descriptors[OTHER_TASK / 8] = descriptor((u64)tasks[1], 102, AVAILABLE_TSS, 0);
  run_legacy(low(jump_task), CODE32, 0);
  expect32("JMP to a TSS that is too small", TS, OTHER_TASK);
  install_legacy();
  run_legacy(low(jump_task), USER_CODE32, 0);
  expect32("JMP to a TSS of DPL 0 at CPL 3", GP, OTHER_TASK);
  install_legacy();
  set_gate32(0x30, 0, OTHER_TASK, 0xE5);
  tasks[1][EIP] = low(in_task);
  run_legacy(low(interrupt32), USER_CODE32, 0);
  check(trapped(BP, 0) && tasks[1][LINK] == TASK32 && (legacy_trap[T_FLAGS] & FLAG_NT) &&
            tasks[0][EIP] == low(interrupt32_end) && tasks[0][CS_] == USER_CODE32,
        "INT n through a task gate");
}

void check_inner_stacks(void) {
  group("stacks");
  check_bad_stacks();
}

void check_legacy(void) {
  group("legacy");
  check_stacks32();
  check_call_gates32();
  check_tasks();
}
