package org.paravane.core.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * The host's own machine code around the instruction under test. {@link #ENTRY} is called as a C function without
 * parameters: it saves what the ABI says must survive, loads the state and jumps to the instruction, behind which a
 * jump leads to {@link #LEAVE}, which stores the state and returns. If the instruction faults, the kernel calls {@link
 * #HANDLER}, which copies the registers at the fault from the signal frame and has the kernel go on at the common end.
 *
 * <p>States are exchanged at {@link GuestLayout#HOST_STATE}, at the offsets below.
 */
final class Trampoline {
  static final int FXSAVE_IN = 0;
  static final int GPR_IN = 0x200;
  static final int RFLAGS_IN = 0x280;
  static final int TARGET = 0x288;
  private static final int HOST_RSP = 0x290;
  private static final int RUNNING = 0x298;

  /** 1 if the instruction faulted: the registers are then in {@link #SIGNAL_GPR}. */
  static final int FAULTED = 0x29c;

  private static final int SCRATCH_STACK_TOP = 0x3f8;
  static final int FXSAVE_OUT = 0x400;
  static final int GPR_OUT = 0x600;
  static final int RFLAGS_OUT = 0x680;

  /** The general registers of the signal frame (struct sigcontext), 23 quadwords. */
  static final int SIGNAL_GPR = 0x700;

  /** Addresses of the handlers that were there before, by signal number. */
  static final int PREVIOUS_HANDLERS = 0x900;

  static final int ENTRY = GuestLayout.HOST_CODE;
  static final int LEAVE = GuestLayout.HOST_CODE + 0x100;
  private static final int COMMON_END = GuestLayout.HOST_CODE + 0x1c0;
  static final int HANDLER = GuestLayout.HOST_CODE + 0x200;

  private static final int[] SIGNAL_FRAME_ORDER = {
    13, 14, 12, 11, 15, 10, 9, 8, 0, 1, 2, 3, 4, 5, 6, 7
  };

  private final ByteBuffer code = ByteBuffer.allocate(0x400).order(ByteOrder.LITTLE_ENDIAN);

  private Trampoline() {
    entry();
    leave();
    commonEnd();
    handler();
  }

  /** The code, to be placed at {@link GuestLayout#HOST_CODE}. */
  static byte[] code() {
    return new Trampoline().code.array();
  }

  /** Index in the signal frame's registers of a register in the processor's order. */
  static int signalFrameIndex(int register) {
    return SIGNAL_FRAME_ORDER[register];
  }

  private void entry() {
    code.position(ENTRY - GuestLayout.HOST_CODE);
    emit("53 55 4154 4155 4156 4157"); // push rbx, rbp, r12 to r15
    emit("9c 4883ec08"); // pushfq; sub rsp,8
    emit("0fae1c24 d97c2404"); // stmxcsr [rsp]; fnstcw [rsp+4]
    absolute("488924", HOST_RSP); // mov [HOST_RSP],rsp
    absolute("480fae0c", FXSAVE_IN); // fxrstor64 [FXSAVE_IN]
    scratchStack();
    absolute("ff34", RFLAGS_IN); // push [RFLAGS_IN]
    absolute("c704", RUNNING).putInt(1); // mov dword [RUNNING],1
    emit("9d"); // popfq
    for (int register = 0; register < 16; register++) {
      move(0x8b, register, GPR_IN); // mov register,[GPR_IN+8*register]
    }
    absolute("ff24", TARGET); // jmp [TARGET]
  }

  private void leave() {
    code.position(LEAVE - GuestLayout.HOST_CODE);
    for (int register = 0; register < 16; register++) {
      move(0x89, register, GPR_OUT); // mov [GPR_OUT+8*register],register
    }
    scratchStack();
    emit("9c"); // pushfq
    absolute("8f04", RFLAGS_OUT); // pop [RFLAGS_OUT]
    absolute("c704", FAULTED).putInt(0); // mov dword [FAULTED],0
    emit("e9"); // jmp COMMON_END
    code.putInt(COMMON_END - GuestLayout.HOST_CODE - code.position() - 4);
  }

  private void commonEnd() {
    code.position(COMMON_END - GuestLayout.HOST_CODE);
    absolute("480fae04", FXSAVE_OUT); // fxsave64 [FXSAVE_OUT]
    absolute("c704", RUNNING).putInt(0); // mov dword [RUNNING],0
    emit("fc dbe3"); // cld; fninit
    absolute("488b24", HOST_RSP); // mov rsp,[HOST_RSP]
    emit("0fae1424 d96c2404"); // ldmxcsr [rsp]; fldcw [rsp+4]
    emit("4883c408 9d"); // add rsp,8; popfq
    emit("415f 415e 415d 415c 5d 5b c3"); // pop r15 to r12, rbp, rbx; ret
  }

  private void handler() {
    code.position(HANDLER - GuestLayout.HOST_CODE);
    absolute("833c", RUNNING).put((byte) 0); // cmp dword [RUNNING],0
    final int notRunning = jump("74"); // je previous
    emit("48b8").putLong(GuestLayout.SIGNAL_STACK); // mov rax,SIGNAL_STACK
    emit("4839c4"); // cmp rsp,rax
    final int below = jump("72"); // jb previous: another thread's signal
    emit("4805").putInt(GuestLayout.SIGNAL_STACK_BYTES); // add rax,SIGNAL_STACK_BYTES
    emit("4839c4"); // cmp rsp,rax
    final int above = jump("77"); // ja previous
    emit("488d7228"); // lea rsi,[rdx+40]: uc_mcontext.gregs
    emit("bf").putInt(GuestLayout.HOST_STATE + SIGNAL_GPR); // mov edi,SIGNAL_GPR
    emit("b9").putInt(23); // mov ecx,23
    emit("f348a5"); // rep movsq
    absolute("c704", FAULTED).putInt(1); // mov dword [FAULTED],1
    emit("48c782 a8000000").putInt(COMMON_END); // mov qword [rdx+168],COMMON_END: RIP
    emit("48c782 b0000000").putInt(0x202); // mov qword [rdx+176],0x202: RFLAGS
    emit("c3"); // ret
    land(notRunning);
    land(below);
    land(above);
    emit("89f8"); // previous: mov eax,edi
    emit("ff24c5")
        .putInt(GuestLayout.HOST_STATE + PREVIOUS_HANDLERS); // jmp [PREVIOUS_HANDLERS+8*rax]
  }

  private ByteBuffer emit(String hex) {
    return code.put(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** An instruction up to its ModR/M byte, whose r/m says SIB; the operand is a field of the exchange area. */
  private ByteBuffer absolute(String hex, int offset) {
    return emit(hex).put((byte) 0x25).putInt(GuestLayout.HOST_STATE + offset);
  }

  private void move(int opcode, int register, int fields) {
    code.put((byte) (register < 8 ? 0x48 : 0x4c))
        .put((byte) opcode)
        .put((byte) (4 | (register & 7) << 3));
    code.put((byte) 0x25).putInt(GuestLayout.HOST_STATE + fields + 8 * register);
  }

  private void scratchStack() {
    emit("bc").putInt(GuestLayout.HOST_STATE + SCRATCH_STACK_TOP); // mov esp,SCRATCH_STACK_TOP
  }

  /** Emits a short jump whose target comes later. */
  private int jump(String opcode) {
    emit(opcode).put((byte) 0);
    return code.position();
  }

  private void land(int jump) {
    code.put(jump - 1, (byte) (code.position() - jump));
  }
}
