package org.paravane.core.host;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;
import org.paravane.core.cpu.Tlb;

/**
 * The code of one block while it is written: how translated instructions get at guest registers, memory and flags, and how
 * they leave the rest to the interpreter.
 *
 * <p>An instruction checks whatever may go wrong before it changes anything; where a check fails, the interpreter goes on
 * with that very instruction.
 */
final class BlockCode {
  /** A conditional jump out of the midst of the block, to be bound behind it. */
  private record Exit(int jump, int instruction, int changedVectors) {}

  /**
   * A jump to a block that follows.
   *
   * @param jump offset of the byte behind it
   * @param stub offset of the code that it leads to at first, which asks for the block
   */
  record Link(int jump, int stub) {}

  private static final int OVERFLOW_BIT = 1;

  /** Binary logarithm of the bytes of an entry of the table of blocks by linear address. */
  static final int TABLE_ENTRY_SHIFT = 4;

  static final int ABOVE_OR_EQUAL = 3;
  static final int EQUAL = 4;
  static final int NOT_EQUAL = 5;
  static final int BELOW_OR_EQUAL = 6;
  static final int LESS_OR_EQUAL = 14;

  final Assembler code;
  final VectorRegisters vectors;

  /** Distances of the common parts, for {@link Assembler#jumpTo}. */
  private final CodeLayout layout;

  private final List<Exit> exits = new ArrayList<>();
  private final List<Integer> links = new ArrayList<>();

  /** Number of the instruction that is being translated. */
  private int instruction;

  /** The status flags are seen by somebody behind the instruction. */
  private boolean flagsLive;

  /** The host's flags are the guest's. */
  private boolean flagsInHost;

  /** The block's number of instructions. */
  private int instructionCount;

  /** It is known that SSE instructions may execute. */
  private boolean sseRequired;

  BlockCode(Assembler code, CodeLayout layout) {
    this.code = code;
    this.layout = layout;
    vectors = new VectorRegisters(code);
  }

  /** Begins another block. */
  void begin(int newInstructionCount) {
    exits.clear();
    links.clear();
    vectors.begin();
    instructionCount = newInstructionCount;
    flagsInHost = false;
    sseRequired = false;
  }

  /** Begins another instruction. */
  void next(int newInstruction, boolean newFlagsLive) {
    instruction = newInstruction;
    flagsLive = newFlagsLive;
  }

  // General registers

  /** The host register that holds a guest register's value: its own, or {@code free}, into which it is loaded. */
  int value(int guest, int free) {
    int host = HostState.host(guest);
    if (host >= 0) {
      return host;
    }
    load(free, guest);
    return free;
  }

  /** Loads a slot of the state. */
  void load(int to, int slot) {
    code.load(to, HostState.STATE, HostState.at(slot));
  }

  /** Stores into a slot of the state. */
  void store(int slot, int from) {
    code.store(from, HostState.STATE, HostState.at(slot));
  }

  /** Puts a guest register, all 64 bits of it, into a host register. */
  void get(int to, int guest) {
    int host = HostState.host(guest);
    if (host >= 0) {
      code.move(64, to, host);
    } else {
      load(to, guest);
    }
  }

  /** Puts 64 bits into a guest register. */
  void set(int guest, int from) {
    int host = HostState.host(guest);
    if (host >= 0) {
      code.move(64, host, from);
    } else {
      store(guest, from);
    }
  }

  /** The host register for a guest register's new value: its own, or {@code free}. {@link #written} has to follow. */
  int place(int guest, int free) {
    int host = HostState.host(guest);
    return host >= 0 ? host : free;
  }

  /** Ends the writing of a guest register to the place that {@link #place} or {@link #value} gave. */
  void written(int guest, int place) {
    if (HostState.host(guest) < 0) {
      store(guest, place);
    }
  }

  /**
   * Puts the guest register of an 8-bit register into RCX or RDX.
   *
   * @param register its code: see {@link Cpu#get8}
   * @return the byte's number without REX: see {@link Assembler#bytes}
   */
  int getByte(int free, int register) {
    get(free, register & 15);
    return register < 16 ? free : free + 4;
  }

  /** Adds to a guest register without touching flags. */
  void advance(int guest, int bytes) {
    int place = value(guest, Assembler.RDX);
    code.addressOf(place, place, bytes);
    written(guest, place);
  }

  // Memory

  /**
   * Puts the offset into RAM of a memory operand into RAX; the operand then is at R15 + RAX. Leaves to the interpreter what the
   * TLB does not have. RCX and RDX and the host's flags are lost.
   */
  void check(MemoryOperand operand, int bytes, boolean write) {
    address(operand);
    checkOffset(operand.segment(), bytes, write);
  }

  /** The same for the memory at the offset in RAX of a segment. */
  void checkOffset(int segment, int bytes, boolean write) {
    if (segment >= Segments.FS) {
      code.memory(
          64, 0x03, Assembler.RAX, HostState.STATE, HostState.at(HostState.SEGMENT_BASE + segment));
    }
    checkAddress(bytes, write);
  }

  /** The same for the memory at a guest register plus a distance. */
  void check(int guest, int displacement, int bytes, boolean write) {
    code.addressOf(Assembler.RAX, value(guest, Assembler.RAX), displacement);
    checkAddress(bytes, write);
  }

  /** The same for the linear address in RAX. */
  private void checkAddress(int bytes, boolean write) {
    code.move(32, Assembler.RCX, Assembler.RAX);
    code.shift(32, 5, Assembler.RCX, Tlb.PAGE_SHIFT - Tlb.ENTRY_SHIFT);
    code.arithmetic(32, Assembler.AND, Assembler.RCX, Tlb.ENTRIES - 1 << Tlb.ENTRY_SHIFT);
    code.addressOf(Assembler.RDX, Assembler.RAX, bytes - 1);
    code.arithmetic(64, Assembler.AND, Assembler.RDX, -0x1000);
    code.memory(
        64, 0x3b, Assembler.RDX, HostState.TLB, Assembler.RCX, 0, write ? 8 * Tlb.WRITE_TAG : 0);
    exitIf(NOT_EQUAL);
    code.memory(64, 0x03, Assembler.RAX, HostState.TLB, Assembler.RCX, 0, 8 * Tlb.ADDEND);
    flagsInHost = false;
  }

  /** Puts the offset in its segment of a memory operand into RAX. */
  void address(MemoryOperand operand) {
    int bits = operand.offsetMask() == -1L ? 64 : 32;
    int displacement = (int) operand.displacement();
    int index = Assembler.NONE;
    if (operand.index() != Cpu.ZERO) {
      index = value(operand.index(), Assembler.RCX);
    }
    if (operand.base() == Cpu.ZERO) {
      code.indexed(bits, 0x8d, Assembler.RAX, index, operand.scale(), displacement);
    } else {
      int base = Assembler.RAX;
      if (operand.base() == Cpu.RIP) {
        load(Assembler.RAX, Cpu.RIP);
      } else {
        base = value(operand.base(), Assembler.RAX);
      }
      code.memory(bits, 0x8d, Assembler.RAX, base, index, operand.scale(), displacement);
    }
  }

  /** Tells whether {@link #address} can do it. */
  static boolean addressable(MemoryOperand operand) {
    return !operand.checked()
        && operand.displacement() == (int) operand.displacement()
        && operand.offsetMask() != 0xffff;
  }

  /** An instruction with a register and the checked memory operand. */
  void atOperand(int bits, int opcode, int reg) {
    code.memory(bits, opcode, reg, HostState.GUEST_RAM, Assembler.RAX, 0, 0);
  }

  // Status flags

  /** Tells whether the flags that the instruction leaves are seen by somebody. */
  boolean flagsLive() {
    return flagsLive;
  }

  /** The host's flags are what the guest's are to be. RAX is lost. */
  void flagsSet() {
    if (flagsLive) {
      loadHostFlags();
      code.registers(8, 0x0f90, 0, Assembler.RAX);
      storeFlags();
    }
    flagsInHost = flagsLive;
  }

  /** Loads the host's flags but OF into AH. */
  void loadHostFlags() {
    code.byteAt(0x9f);
  }

  /** AND AH, imm8. */
  void andAh(int mask) {
    code.byteAt(0x80);
    code.byteAt(0xe4);
    code.byteAt(mask);
  }

  /** OR AH, CL. */
  void orAhCl() {
    code.byteAt(0x08);
    code.byteAt(0xcc);
  }

  /** Makes AX the guest's status flags. */
  void storeFlags() {
    code.memory(16, 0x89, Assembler.RAX, HostState.STATE, HostState.at(HostState.FLAGS));
  }

  /** Loads the guest's status flags into AX. */
  void loadFlags() {
    code.memory(32, 0x0fb7, Assembler.RAX, HostState.STATE, HostState.at(HostState.FLAGS));
  }

  /** The host's flags were changed and are not the guest's. */
  void flagsLost() {
    flagsInHost = false;
  }

  /** Makes the host's CF the guest's, and loses the other flags. */
  void restoreCarry() {
    if (!flagsInHost) {
      code.memory(16, 0x0fba, 4, HostState.STATE, HostState.at(HostState.FLAGS));
      code.byteAt(8);
    }
  }

  /** Gives the condition of the host that is the guest's; may lose RAX and the host's flags. */
  int condition(int guestCondition) {
    if (flagsInHost) {
      return guestCondition;
    }
    int inverse = guestCondition & 1;
    int mask =
        switch (guestCondition >> 1) {
          case 0 -> OVERFLOW_BIT;
          case 1 -> 0x1_00;
          case 2 -> 0x40_00;
          case 3 -> 0x41_00;
          case 4 -> 0x80_00;
          case 5 -> 0x04_00;
          default -> 0;
        };
    if (mask == 0) {
      loadFlags();
      // OF: 1 + 127 overflows.
      code.byteAt(0x04);
      code.byteAt(0x7f);
      code.byteAt(0x9e);
      return guestCondition;
    }
    int displacement = HostState.at(HostState.FLAGS) + (mask > 0xff ? 1 : 0);
    code.memory(8, 0xf6, 0, HostState.STATE, displacement);
    code.byteAt(mask > 0xff ? mask >> 8 : mask);
    return NOT_EQUAL ^ inverse;
  }

  // Ways out

  /** Leaves the instruction to the interpreter if a condition of the host holds. */
  void exitIf(int condition) {
    exits.add(new Exit(code.jumpIf(condition), instruction, vectors.changed()));
  }

  /** Leaves the instruction to the interpreter unless the host may execute SSE instructions for the guest. */
  void requireSse() {
    if (!sseRequired) {
      code.arithmetic(64, Assembler.CMP, HostState.STATE, HostState.at(HostState.SSE_USABLE), 0);
      exitIf(EQUAL);
      flagsInHost = false;
      sseRequired = true;
    }
  }

  /** Leaves the instruction and what follows to the interpreter. */
  void exit() {
    exits.add(new Exit(code.jump(), instruction, vectors.changed()));
  }

  /** Ends the block: RIP moves on by so many bytes, where another block is asked for. */
  void endWith(int displacement) {
    vectors.store(vectors.changed());
    code.arithmetic(64, Assembler.ADD, HostState.STATE, HostState.at(Cpu.RIP), displacement);
    countInstructions();
    links.add(code.jump());
  }

  /**
   * Ends the block: RIP becomes RAX, which is canonical. Each such block looks its successor up by itself, so that the host's
   * processor can predict the jump of each.
   */
  void endAtRax() {
    vectors.store(vectors.changed());
    store(Cpu.RIP, Assembler.RAX);
    countInstructions();
    code.move(32, Assembler.RCX, Assembler.RAX);
    code.move(32, Assembler.RDX, Assembler.RAX);
    code.shift(32, 5, Assembler.RDX, Tlb.PAGE_SHIFT);
    code.registers(32, 0x31, Assembler.RDX, Assembler.RCX);
    code.arithmetic(32, Assembler.AND, Assembler.RCX, HostCode.TABLE_ENTRIES - 1);
    code.shift(32, 4, Assembler.RCX, TABLE_ENTRY_SHIFT);
    code.memory(64, 0x03, Assembler.RCX, HostState.STATE, HostState.at(HostState.TABLE));
    code.memory(64, 0x3b, Assembler.RAX, Assembler.RCX, 0);
    code.jumpIfTo(NOT_EQUAL, layout.exitBetween());
    code.memory(64, 0xff, 4, Assembler.RCX, 8);
  }

  private void countInstructions() {
    code.arithmetic(
        64, Assembler.SUB, HostState.STATE, HostState.at(HostState.BUDGET), instructionCount);
    code.jumpIfTo(LESS_OR_EQUAL, layout.exitBetween());
  }

  /** Leaves the instruction to the interpreter unless RAX is a canonical address; RCX is lost. */
  void requireCanonicalRax() {
    code.move(64, Assembler.RCX, Assembler.RAX);
    code.shift(64, 4, Assembler.RCX, 16);
    code.shift(64, 7, Assembler.RCX, 16);
    code.registers(64, 0x3b, Assembler.RCX, Assembler.RAX);
    exitIf(NOT_EQUAL);
    flagsInHost = false;
  }

  /**
   * Writes the ways out behind the block.
   *
   * @param firstLink the number of the first link
   * @return the links
   */
  Link[] end(int block, int[] slotOf, int firstLink) {
    for (int i = 0; i < exits.size(); i++) {
      Exit exit = exits.get(i);
      code.bind(exit.jump());
      // Several checks of one instruction share the code.
      if (i + 1 < exits.size() && exits.get(i + 1).instruction() == exit.instruction()) {
        continue;
      }
      vectors.store(exit.changedVectors());
      code.immediate(Assembler.RAX, HostCode.position(block, slotOf[exit.instruction()]));
      code.jumpTo(layout.exit());
    }
    Link[] ends = new Link[links.size()];
    for (int i = 0; i < ends.length; i++) {
      ends[i] = new Link(links.get(i), code.size());
      code.bind(links.get(i));
      code.immediate(Assembler.RAX, HostCode.link(firstLink + i));
      code.jumpTo(layout.exit());
    }
    return ends;
  }
}
