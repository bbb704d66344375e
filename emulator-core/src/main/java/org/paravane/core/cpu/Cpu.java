package org.paravane.core.cpu;

import org.paravane.core.OutOfLine;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.PhysicalMemory;

/**
 * The state of one processor, as the instructions see it. Fields that instructions touch are public: this class is the
 * register file, not an abstraction of it. What belongs together lies in parts of its own: {@link #memory}, {@link
 * #segments}, {@link #control}, {@link #fpu}, {@link #debug}, {@link #msrs}.
 *
 * <p>Status flags are lazy: {@link #flagResult} and {@link #flagCarries} hold what the last arithmetic instruction left,
 * and each flag is computed when asked for.
 */
public final class Cpu {
  public static final int RAX = 0;
  public static final int RCX = 1;
  public static final int RDX = 2;
  public static final int RBX = 3;
  public static final int RSP = 4;
  public static final int RBP = 5;
  public static final int RSI = 6;
  public static final int RDI = 7;

  /** Index in {@link #gpr} of a register that is always zero: the base or index of an address that has none. */
  public static final int ZERO = 16;

  /** Index in {@link #gpr} of RIP: the address of the current block's first byte while a block executes. */
  public static final int RIP = 17;

  /** The general registers, then {@link #ZERO} and {@link #RIP}. */
  public final long[] gpr = new long[18];

  /**
   * Result of the last instruction that set the status flags, sign-extended to 64 bits: ZF is "is zero"; SF is its sign
   * and PF the parity of its low byte, both corrected by bits of {@link #flagCarries}.
   */
  public long flagResult = 1L << 8;

  /**
   * Carries of the last instruction that set the status flags. Bit 63: CF. Bit 62: carry into the most significant bit,
   * so that OF is bit 63 xor bit 62. Bit 3: AF. Bit 0: inverts SF. Bits 15-8: xored into the low byte of the result for
   * PF. All other bits are zero.
   */
  public long flagCarries = 1L << 8;

  /** The bits of RFLAGS that are not status flags (TF, IF, DF, IOPL, NT, RF, VM, AC, VIF, VIP, ID); bit 1 is zero here. */
  public int systemFlags;

  /** Instructions retired up to the start of the current block; delivered exceptions and interrupts count as one each. */
  public long instructions;

  /** The count of {@link #instructions} at which the run loop looks up from executing blocks. */
  public long deadline;

  /** How many instructions of the current block were completed when one threw; 0 otherwise. */
  public int completed;

  /** Bases that address computation adds, by segment register: zero for ES, CS, SS, DS in 64-bit mode. */
  public final long[] segmentBase = new long[8];

  /** Current privilege level, 0 to 3. */
  public int cpl;

  /** What decode depends on and what a block is keyed by: see {@link CpuMode}. */
  public int mode;

  /** Instructions that are known but not implemented raise #UD, and do not end the run. */
  public boolean missingRaisesUd;

  /** Hears of what the processor does, or null for nobody; see {@link #listen}. */
  public CpuListener listener;

  /** The local APIC id; fixed. */
  public final int id;

  public final PhysicalMemory physical;
  public final LinearMemory memory;
  public final Segments segments;
  public final ControlRegisters control;
  public final DebugRegisters debug;
  public final Msrs msrs;
  public final FpuState fpu;
  public final X87Unit x87;
  public final EventDelivery events;
  public final Stack stack;
  public final SegmentLoader loader;
  public final TaskState task;
  public final FarCalls farCalls;
  public final FarReturns farReturns;
  public final TaskSwitch taskSwitch;
  public final PortBus ports;
  public final Platform platform;

  private final GuestFault fault = new GuestFault();

  /** Creates a processor in the state after RESET (SDM Vol. 3A table 10-1). */
  public Cpu(int id, PhysicalMemory physical, PortBus ports, Platform platform) {
    this.id = id;
    this.physical = physical;
    this.ports = ports;
    this.platform = platform;
    memory = new LinearMemory(this);
    segments = new Segments(this);
    control = new ControlRegisters(this);
    debug = new DebugRegisters(this);
    msrs = new Msrs(this);
    fpu = new FpuState();
    x87 = new X87Unit(fpu);
    stack = new Stack(this);
    loader = new SegmentLoader(this);
    task = new TaskState(this);
    taskSwitch = new TaskSwitch(this);
    farCalls = new FarCalls(this);
    farReturns = new FarReturns(this);
    events = new EventDelivery(this);
    reset();
  }

  /** Puts the processor into the state after RESET; what INIT leaves alone (SDM Vol. 3A table 10-1) is reset too. */
  public void reset() {
    java.util.Arrays.fill(gpr, 0);
    gpr[RIP] = 0xfff0;
    gpr[RDX] = 0x600;
    rflags(0);
    cpl = 0;
    control.reset();
    segments.reset();
    debug.reset();
    msrs.reset();
    fpu.reset();
    events.reset();
    memory.flushAll();
    updateMode();
  }

  // Control flow of the emulator

  /** Has somebody hear of what the processor does, besides those who do already. */
  public void listen(CpuListener another) {
    listener = listener == null ? another : new CpuListeners(listener, another);
  }

  /** Makes the run loop look up after the current block: a flag, mode, interrupt or time changed. */
  public void attention() {
    deadline = Long.MIN_VALUE;
  }

  /** Recomputes {@link #mode} from CS, SS, EFER and CPL, and makes blocks of the old mode unreachable. */
  public void updateMode() {
    mode = CpuMode.of(this);
    memory.privilegeChanged();
  }

  /** Prepares the exception of that vector, with error code 0 if it has one; the caller throws it. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public GuestFault fault(int vector) {
    return fault.set(vector, 0);
  }

  /** Prepares the exception of that vector with an error code; the caller throws it. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public GuestFault fault(int vector, int errorCode) {
    return fault.set(vector, errorCode);
  }

  /** Throws #GP(0) unless CPL is 0, after giving the platform its say. */
  public void requirePrivilege() {
    if (cpl != 0) {
      throw fault(GuestFault.GP, 0);
    }
  }

  /** Sets the program counter: an offset in CS, already cut to the operand size. */
  public void rip(long value) {
    gpr[RIP] = value;
  }

  /** The program counter at the start of the current block. */
  public long rip() {
    return gpr[RIP];
  }

  // Registers of 32, 16 and 8 bits

  /** The low 32 bits of a register. */
  public int get32(int register) {
    return (int) gpr[register];
  }

  /** Writes a 32-bit register: the upper half becomes zero. */
  public void set32(int register, int value) {
    gpr[register] = value & 0xffff_ffffL;
  }

  /** The low 16 bits of a register, zero-extended. */
  public int get16(int register) {
    return (int) gpr[register] & 0xffff;
  }

  /** Writes a 16-bit register; the other bits stay. */
  public void set16(int register, int value) {
    gpr[register] = gpr[register] & ~0xffffL | value & 0xffff;
  }

  /** An 8-bit register, zero-extended; codes 0 to 15 are low bytes, 16 to 19 AH, CH, DH, BH. */
  public int get8(int code) {
    return code < 16 ? (int) gpr[code] & 0xff : (int) gpr[code - 16] >> 8 & 0xff;
  }

  /** Writes an 8-bit register by the codes of {@link #get8}; the other bits stay. */
  public void set8(int code, int value) {
    if (code < 16) {
      gpr[code] = gpr[code] & ~0xffL | value & 0xff;
    } else {
      gpr[code - 16] = gpr[code - 16] & ~0xff00L | (value & 0xff) << 8;
    }
  }

  /** Reads a register at a width of 8 (codes of {@link #get8}), 16, 32 or 64 bits, zero-extended. */
  public long get(int register, int bits) {
    return switch (bits) {
      case 8 -> get8(register);
      case 16 -> get16(register);
      case 32 -> gpr[register] & 0xffff_ffffL;
      default -> gpr[register];
    };
  }

  /** Writes a register at a width of 8 (codes of {@link #get8}), 16, 32 or 64 bits, by the rules of that width. */
  public void set(int register, int bits, long value) {
    switch (bits) {
      case 8 -> set8(register, (int) value);
      case 16 -> set16(register, (int) value);
      case 32 -> gpr[register] = value & 0xffff_ffffL;
      default -> gpr[register] = value;
    }
  }

  // Status flags

  /**
   * Sets the flags of {@code a + b}; the operands need no masking.
   *
   * @param shift 64 minus the operand width in bits: 0, 32, 48 or 56
   */
  public void flagsOfAdd(long a, long b, int shift) {
    flagsOfAddWithCarry(a, b, a + b, shift);
  }

  /** Sets the flags of {@code result = a + b + carry}; parameters as in {@link #flagsOfAdd}. */
  public void flagsOfAddWithCarry(long a, long b, long result, int shift) {
    flagCarries = carriesOfAdd(a, b, result, shift);
    flagResult = result << shift >> shift;
  }

  /** What {@link #flagCarries} is behind {@code result = a + b (+ carry)}. */
  public static long carriesOfAdd(long a, long b, long result, int shift) {
    long carries = a & b | (a | b) & ~result;
    return carries << shift & 0xc000_0000_0000_0000L | carries & 8;
  }

  /** Sets the flags of {@code a - b}; parameters as in {@link #flagsOfAdd}. */
  public void flagsOfSubtract(long a, long b, int shift) {
    flagsOfSubtractWithBorrow(a, b, a - b, shift);
  }

  /** Sets the flags of {@code result = a - b - borrow}; parameters as in {@link #flagsOfAdd}. */
  public void flagsOfSubtractWithBorrow(long a, long b, long result, int shift) {
    flagCarries = carriesOfSubtract(a, b, result, shift);
    flagResult = result << shift >> shift;
  }

  /** What {@link #flagCarries} is behind {@code result = a - b (- borrow)}. */
  public static long carriesOfSubtract(long a, long b, long result, int shift) {
    long borrows = ~a & b | (~a | b) & result;
    return borrows << shift & 0xc000_0000_0000_0000L | borrows & 8;
  }

  /** Sets the flags of a logical operation: CF, OF and AF are 0. */
  public void flagsOfLogic(long result, int shift) {
    flagCarries = 0;
    flagResult = result << shift >> shift;
  }

  /** Sets CF and OF, leaving the other status flags. */
  public void carryAndOverflow(boolean carry, boolean overflow) {
    flagCarries =
        flagCarries & 0x3fff_ffff_ffff_ffffL
            | (carry ? Long.MIN_VALUE : 0)
            | (carry != overflow ? 0x4000_0000_0000_0000L : 0);
  }

  /** CF. */
  public boolean carry() {
    return flagCarries < 0;
  }

  /** Sets CF, leaving the other status flags. */
  public void carry(boolean carry) {
    carryAndOverflow(carry, overflow());
  }

  /** OF. */
  public boolean overflow() {
    return (flagCarries ^ flagCarries << 1) < 0;
  }

  /** ZF. */
  public boolean zero() {
    return flagResult == 0;
  }

  /** SF. */
  public boolean sign() {
    return (flagResult ^ flagCarries << 63) < 0;
  }

  /** PF. */
  public boolean parity() {
    return (Integer.bitCount((int) (flagResult ^ flagCarries >> 8) & 0xff) & 1) == 0;
  }

  /** AF. */
  public boolean auxiliaryCarry() {
    return (flagCarries & 8) != 0;
  }

  /** CF or ZF: after a comparison, whether the first operand was below or equal, unsigned. */
  public boolean belowOrEqual() {
    return carry() || zero();
  }

  /** SF is not OF: after a comparison, whether the first operand was less, signed. */
  public boolean less() {
    return sign() != overflow();
  }

  /** ZF, or SF is not OF: after a comparison, whether the first operand was less or equal, signed. */
  public boolean lessOrEqual() {
    return zero() || less();
  }

  /** Evaluates a condition code, 0 to 15, as the low four bits of Jcc, SETcc and CMOVcc encode it. */
  public boolean condition(int code) {
    boolean value =
        switch (code >> 1) {
          case 0 -> overflow();
          case 1 -> carry();
          case 2 -> zero();
          case 3 -> belowOrEqual();
          case 4 -> sign();
          case 5 -> parity();
          case 6 -> less();
          default -> lessOrEqual();
        };
    return value == ((code & 1) == 0);
  }

  /** The status flags as bits of RFLAGS (mask {@link Rflags#STATUS}). */
  public int statusFlags() {
    return (carry() ? Rflags.CF : 0)
        | (parity() ? Rflags.PF : 0)
        | (auxiliaryCarry() ? Rflags.AF : 0)
        | (zero() ? Rflags.ZF : 0)
        | (sign() ? Rflags.SF : 0)
        | (overflow() ? Rflags.OF : 0);
  }

  /** Sets all status flags from bits of RFLAGS. */
  public void statusFlags(int flags) {
    boolean zero = (flags & Rflags.ZF) != 0;
    boolean carry = (flags & Rflags.CF) != 0;
    boolean overflow = (flags & Rflags.OF) != 0;
    // The chosen results are non-negative with an even-parity low byte, so PF and SF come from the
    // correction bits.
    flagResult = zero ? 0 : 1L << 16;
    flagCarries =
        (carry ? Long.MIN_VALUE : 0)
            | (carry != overflow ? 0x4000_0000_0000_0000L : 0)
            | ((flags & Rflags.AF) != 0 ? 8 : 0)
            | ((flags & Rflags.SF) != 0 ? 1 : 0)
            | ((flags & Rflags.PF) != 0 ? 0 : 0x100);
  }

  /** RFLAGS as PUSHF and exception frames show it. */
  public int rflags() {
    return systemFlags | statusFlags() | 2;
  }

  /** Sets RFLAGS without checks; bits that do not exist are dropped. */
  public void rflags(int value) {
    statusFlags(value);
    int before = systemFlags;
    systemFlags = value & Rflags.SYSTEM;
    int changed = before ^ systemFlags;
    if ((changed & (Rflags.VM | Rflags.AC)) != 0) {
      updateMode();
    }
    if ((changed & (Rflags.TF | Rflags.IF | Rflags.VM | Rflags.RF)) != 0) {
      attention();
    }
  }
}
