package org.paravane.core.instructions.integer;

import org.paravane.core.cpu.ConditionalBranch;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.instructions.integer.NearBranches.JumpIfCondition;
import org.paravane.core.instructions.integer.NearBranches.JumpIfZero;
import org.paravane.core.instructions.integer.WideArithmetic.CompareImmediate;
import org.paravane.core.instructions.integer.WideArithmetic.CompareRegister;
import org.paravane.core.instructions.integer.WideArithmetic.TestImmediate;
import org.paravane.core.instructions.integer.WideArithmetic.TestRegister;

/**
 * CMP or TEST of registers with the conditional jump behind it as one, to save a dispatch: the pair ends every sixth block
 * or so. None of the two can fault, and the status flags are set as by the two.
 */
public final class CompareBranches {
  private CompareBranches() {}

  /** The two as one, or null if they do not make a pair. */
  public static Instruction fuse(Instruction compare, Instruction jump) {
    return switch (jump) {
      case JumpIfZero zero -> fuseZero(compare, zero);
      case ConditionalBranch any ->
          fuseAny(compare, new JumpIfCondition(any.condition(), any.taken(), any.next()));
      default -> null;
    };
  }

  private static Instruction fuseZero(Instruction compare, JumpIfZero jump) {
    return switch (compare) {
      case CompareRegister first -> new CompareRegisterZero(first, jump);
      case CompareImmediate first -> new CompareImmediateZero(first, jump);
      case TestRegister first -> new TestRegisterZero(first, jump);
      case TestImmediate first -> new TestImmediateZero(first, jump);
      default -> null;
    };
  }

  private static Instruction fuseAny(Instruction compare, JumpIfCondition jump) {
    return switch (compare) {
      case CompareRegister first -> new CompareRegisterAny(first, jump);
      case CompareImmediate first -> new CompareImmediateAny(first, jump);
      case TestRegister first -> new TestRegisterAny(first, jump);
      default -> null;
    };
  }

  /** What the pairs share: the way of their jump. */
  private interface Pair extends ConditionalBranch {
    ConditionalBranch jump();

    @Override
    default int condition() {
      return jump().condition();
    }

    @Override
    default int taken() {
      return jump().taken();
    }

    @Override
    default int next() {
      return jump().next();
    }
  }

  record CompareRegisterZero(CompareRegister compare, JumpIfZero jump) implements Pair {
    @Override
    public void execute(Cpu cpu) {
      compare.execute(cpu);
      jump.execute(cpu);
    }

    @Override
    public boolean decide(Cpu cpu) {
      compare.execute(cpu);
      return jump.decide(cpu);
    }
  }

  record CompareImmediateZero(CompareImmediate compare, JumpIfZero jump) implements Pair {
    @Override
    public void execute(Cpu cpu) {
      compare.execute(cpu);
      jump.execute(cpu);
    }

    @Override
    public boolean decide(Cpu cpu) {
      compare.execute(cpu);
      return jump.decide(cpu);
    }
  }

  record TestRegisterZero(TestRegister compare, JumpIfZero jump) implements Pair {
    @Override
    public void execute(Cpu cpu) {
      compare.execute(cpu);
      jump.execute(cpu);
    }

    @Override
    public boolean decide(Cpu cpu) {
      compare.execute(cpu);
      return jump.decide(cpu);
    }
  }

  record TestImmediateZero(TestImmediate compare, JumpIfZero jump) implements Pair {
    @Override
    public void execute(Cpu cpu) {
      compare.execute(cpu);
      jump.execute(cpu);
    }

    @Override
    public boolean decide(Cpu cpu) {
      compare.execute(cpu);
      return jump.decide(cpu);
    }
  }

  record CompareRegisterAny(CompareRegister compare, JumpIfCondition jump) implements Pair {
    @Override
    public void execute(Cpu cpu) {
      compare.execute(cpu);
      jump.execute(cpu);
    }

    @Override
    public boolean decide(Cpu cpu) {
      compare.execute(cpu);
      return jump.decide(cpu);
    }
  }

  record CompareImmediateAny(CompareImmediate compare, JumpIfCondition jump) implements Pair {
    @Override
    public void execute(Cpu cpu) {
      compare.execute(cpu);
      jump.execute(cpu);
    }

    @Override
    public boolean decide(Cpu cpu) {
      compare.execute(cpu);
      return jump.decide(cpu);
    }
  }

  record TestRegisterAny(TestRegister compare, JumpIfCondition jump) implements Pair {
    @Override
    public void execute(Cpu cpu) {
      compare.execute(cpu);
      jump.execute(cpu);
    }

    @Override
    public boolean decide(Cpu cpu) {
      compare.execute(cpu);
      return jump.decide(cpu);
    }
  }
}
