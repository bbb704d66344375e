package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.BRANCH;
import static org.paravane.core.decode.Opcode.Trait.FORCE64;
import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.NEAR;
import static org.paravane.core.decode.Opcode.Trait.READS_FLAGS;

import org.paravane.core.cpu.ConditionalBranch;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/**
 * Near JMP, CALL and RET, Jcc, LOOPcc and JCXZ (SDM Vol. 1 7.3.8). Displacements of relative branches are kept from the
 * start of the block.
 */
public final class NearBranches {
  private NearBranches() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    for (int condition = 0; condition < 16; condition++) {
      String mnemonic = "J" + Conditions.SUFFIXES[condition];
      map.add(
          "%02X".formatted(0x70 + condition),
          mnemonic,
          "Jb",
          NearBranches::jcc,
          FORCE64,
          BRANCH,
          NEAR,
          READS_FLAGS,
          MAY_FAULT);
      map.add(
          "0F %02X".formatted(0x80 + condition),
          mnemonic,
          "Jz",
          NearBranches::jcc,
          FORCE64,
          BRANCH,
          NEAR,
          READS_FLAGS,
          MAY_FAULT);
    }
    map.add("EB", "JMP", "Jb", NearBranches::jump, FORCE64, BRANCH, NEAR, MAY_FAULT);
    map.add("E9", "JMP", "Jz", NearBranches::jump, FORCE64, BRANCH, NEAR, MAY_FAULT);
    map.add("E8", "CALL", "Jz", NearBranches::call, FORCE64, BRANCH, NEAR, MAY_FAULT);
    map.add("FF /4", "JMP", "Ev", NearBranches::jumpIndirect, FORCE64, BRANCH, NEAR, MAY_FAULT);
    map.add("FF /2", "CALL", "Ev", NearBranches::callIndirect, FORCE64, BRANCH, NEAR, MAY_FAULT);
    map.add("C3", "RET", "", d -> ret(d, 0), FORCE64, BRANCH, NEAR, MAY_FAULT);
    map.add(
        "C2",
        "RET",
        "Iw",
        d -> ret(d, (int) d.immediate() & 0xffff),
        FORCE64,
        BRANCH,
        NEAR,
        MAY_FAULT);
    map.add(
        "E0",
        "LOOPNE",
        "Jb",
        d -> new Loop(counterMask(d), 1, next(d), target(d), mask(d)),
        FORCE64,
        BRANCH,
        NEAR,
        READS_FLAGS,
        MAY_FAULT);
    map.add(
        "E1",
        "LOOPE",
        "Jb",
        d -> new Loop(counterMask(d), 2, next(d), target(d), mask(d)),
        FORCE64,
        BRANCH,
        NEAR,
        READS_FLAGS,
        MAY_FAULT);
    map.add(
        "E2",
        "LOOP",
        "Jb",
        d -> new Loop(counterMask(d), 0, next(d), target(d), mask(d)),
        FORCE64,
        BRANCH,
        NEAR,
        READS_FLAGS,
        MAY_FAULT);
    map.add(
        "E3",
        "JrCXZ",
        "Jb",
        d -> new JumpIfCounterZero(counterMask(d), next(d), target(d), mask(d)),
        FORCE64,
        BRANCH,
        NEAR,
        READS_FLAGS,
        MAY_FAULT);
  }

  private static long mask(Decoded d) {
    return switch (d.operandSize()) {
      case 64 -> -1L;
      case 32 -> 0xffff_ffffL;
      default -> 0xffff;
    };
  }

  private static long counterMask(Decoded d) {
    return d.addressMask();
  }

  private static int next(Decoded d) {
    return d.nextOffset();
  }

  private static int target(Decoded d) {
    return d.nextOffset() + (int) d.immediate();
  }

  private static Instruction jcc(Decoded d) {
    int taken = target(d);
    int next = next(d);
    if (!d.is64()) {
      return new JumpIf(d.condition(), next, taken, mask(d));
    }
    return switch (d.condition()) {
      // The condition with its lowest bit set is the opposite: the same with the ways exchanged.
      case 2 -> new JumpIfBelow(taken, next);
      case 3 -> new JumpIfBelow(next, taken);
      case 4 -> new JumpIfZero(taken, next);
      case 5 -> new JumpIfZero(next, taken);
      case 6 -> new JumpIfBelowOrEqual(taken, next);
      case 7 -> new JumpIfBelowOrEqual(next, taken);
      case 8 -> new JumpIfSign(taken, next);
      case 9 -> new JumpIfSign(next, taken);
      case 12 -> new JumpIfLess(taken, next);
      case 13 -> new JumpIfLess(next, taken);
      case 14 -> new JumpIfLessOrEqual(taken, next);
      case 15 -> new JumpIfLessOrEqual(next, taken);
      default -> new JumpIfCondition(d.condition(), taken, next);
    };
  }

  private static Instruction jump(Decoded d) {
    return d.is64() ? new Jump64(target(d)) : new Jump(target(d), mask(d));
  }

  private static Instruction call(Decoded d) {
    return d.is64()
        ? new Call64(next(d), target(d))
        : new Call(d.operandSize(), next(d), target(d));
  }

  private static Instruction jumpIndirect(Decoded d) {
    return d.isRegister()
        ? new JumpRegister(d.rm(), d.operandSize())
        : new JumpMemory(d.memory(), d.operandSize());
  }

  private static Instruction callIndirect(Decoded d) {
    return d.isRegister()
        ? new CallRegister(d.rm(), d.operandSize(), next(d))
        : new CallMemory(d.memory(), d.operandSize(), next(d));
  }

  private static Instruction ret(Decoded d, int release) {
    return d.is64() ? new Return64(8 + release) : new Return(d.operandSize(), release);
  }

  /** Jumps to an absolute offset in CS; #GP if it is non-canonical or beyond the limit. */
  private static void jumpTo(Cpu cpu, long target, int bits) {
    checkTarget(cpu, target, bits);
    cpu.gpr[Cpu.RIP] = target;
  }

  private static void checkTarget(Cpu cpu, long target, int bits) {
    if (bits == 64) {
      if (target << 16 >> 16 != target) {
        throw cpu.fault(GuestFault.GP, 0);
      }
    } else if (target > (cpu.segments.limit[Segments.CS] & 0xffff_ffffL)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  private static void jumpRelative(Cpu cpu, int displacement, long mask) {
    long target = cpu.gpr[Cpu.RIP] + displacement & mask;
    if (mask != -1L && target > (cpu.segments.limit[Segments.CS] & 0xffff_ffffL)) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    cpu.gpr[Cpu.RIP] = target;
  }

  record JumpIf(int condition, int next, int taken, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      jumpRelative(cpu, cpu.condition(condition) ? taken : next, mask);
    }
  }

  record JumpIfCondition(int condition, int taken, int next) implements ConditionalBranch {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += decide(cpu) ? taken : next;
    }

    @Override
    public boolean decide(Cpu cpu) {
      return cpu.condition(condition);
    }
  }

  record JumpIfBelow(int taken, int next) implements ConditionalBranch {
    @Override
    public int condition() {
      return 2;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += decide(cpu) ? taken : next;
    }

    @Override
    public boolean decide(Cpu cpu) {
      return cpu.carry();
    }
  }

  record JumpIfZero(int taken, int next) implements ConditionalBranch {
    @Override
    public int condition() {
      return 4;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += decide(cpu) ? taken : next;
    }

    @Override
    public boolean decide(Cpu cpu) {
      return cpu.zero();
    }
  }

  record JumpIfBelowOrEqual(int taken, int next) implements ConditionalBranch {
    @Override
    public int condition() {
      return 6;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += decide(cpu) ? taken : next;
    }

    @Override
    public boolean decide(Cpu cpu) {
      return cpu.belowOrEqual();
    }
  }

  record JumpIfSign(int taken, int next) implements ConditionalBranch {
    @Override
    public int condition() {
      return 8;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += decide(cpu) ? taken : next;
    }

    @Override
    public boolean decide(Cpu cpu) {
      return cpu.sign();
    }
  }

  record JumpIfLess(int taken, int next) implements ConditionalBranch {
    @Override
    public int condition() {
      return 12;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += decide(cpu) ? taken : next;
    }

    @Override
    public boolean decide(Cpu cpu) {
      return cpu.less();
    }
  }

  record JumpIfLessOrEqual(int taken, int next) implements ConditionalBranch {
    @Override
    public int condition() {
      return 14;
    }

    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += decide(cpu) ? taken : next;
    }

    @Override
    public boolean decide(Cpu cpu) {
      return cpu.lessOrEqual();
    }
  }

  record Jump64(int displacement) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.gpr[Cpu.RIP] += displacement;
    }
  }

  record Jump(int displacement, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      jumpRelative(cpu, displacement, mask);
    }
  }

  record Call64(int next, int displacement) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long[] gpr = cpu.gpr;
      long rsp = gpr[Cpu.RSP] - 8;
      long rip = gpr[Cpu.RIP];
      cpu.memory.write64(rsp, Segments.SS, rip + next);
      gpr[Cpu.RSP] = rsp;
      gpr[Cpu.RIP] = rip + displacement;
    }
  }

  record Call(int bits, int next, int displacement) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long mask = bits == 16 ? 0xffff : 0xffff_ffffL;
      long rip = cpu.gpr[Cpu.RIP];
      long target = rip + displacement & mask;
      checkTarget(cpu, target, bits);
      cpu.stack.push(bits, rip + next & mask);
      cpu.gpr[Cpu.RIP] = target;
    }
  }

  record JumpRegister(int source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      jumpTo(cpu, cpu.get(source, bits), bits);
    }
  }

  record JumpMemory(MemoryOperand source, int bits) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      jumpTo(cpu, source.read(cpu, bits), bits);
    }
  }

  record CallRegister(int source, int bits, int next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      callTo(cpu, cpu.get(source, bits), bits, next);
    }
  }

  record CallMemory(MemoryOperand source, int bits, int next) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      callTo(cpu, source.read(cpu, bits), bits, next);
    }
  }

  private static void callTo(Cpu cpu, long target, int bits, int next) {
    checkTarget(cpu, target, bits);
    cpu.stack.push(bits, cpu.gpr[Cpu.RIP] + next);
    cpu.gpr[Cpu.RIP] = target;
  }

  record Return64(int release) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long[] gpr = cpu.gpr;
      long rsp = gpr[Cpu.RSP];
      long target = cpu.memory.read64(rsp, Segments.SS);
      checkTarget(cpu, target, 64);
      gpr[Cpu.RSP] = rsp + release;
      gpr[Cpu.RIP] = target;
    }
  }

  record Return(int bits, int release) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long target = cpu.stack.peek(0, bits);
      checkTarget(cpu, target, bits);
      cpu.stack.pointer(cpu.stack.pointer() + (bits >> 3) + release);
      cpu.gpr[Cpu.RIP] = target;
    }
  }

  /** LOOP: {@code wanted} is 0 for any ZF, 1 for ZF clear (LOOPNE), 2 for ZF set (LOOPE). */
  record Loop(long counterMask, int wanted, int next, int taken, long mask) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long counter = cpu.gpr[Cpu.RCX] - 1 & counterMask;
      boolean again = counter != 0 && (wanted == 0 || cpu.zero() == (wanted == 2));
      jumpRelative(cpu, again ? taken : next, mask);
      cpu.gpr[Cpu.RCX] = counterMask == 0xffff ? cpu.gpr[Cpu.RCX] & ~0xffffL | counter : counter;
    }
  }

  record JumpIfCounterZero(long counterMask, int next, int taken, long mask)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      jumpRelative(cpu, (cpu.gpr[Cpu.RCX] & counterMask) == 0 ? taken : next, mask);
    }
  }
}
