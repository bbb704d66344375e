package org.paravane.core.specialization;

import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import org.paravane.core.specialization.Value.Known;

/**
 * Writes what happens to registers. The status flags are the difficult ones: where an addition or subtraction sets them, its
 * operands are kept instead ({@link LazyFlags}), until somebody wants to see the flags themselves.
 */
final class RegisterCode {
  private static final int[] FLAG_VARIABLES = {Variables.FLAG_RESULT, Variables.FLAG_CARRIES};

  private final RegionCode code;
  private final Variables variables;
  private boolean spilled;

  RegisterCode(RegionCode code, Variables variables) {
    this.code = code;
    this.variables = variables;
  }

  /** The value of a register. */
  Value read(Path path, int variable) {
    if (Variables.isFlags(variable) && (path.flagsWritten & Path.bit(variable)) == 0) {
      settle(path);
    }
    variables.used(variable);
    // A copy: the register may be written before the value is used.
    return code.value(path, TypeKind.LONG, to -> to.lload(variable));
  }

  /** Writes a register. */
  void write(Path path, int variable, Value value) {
    path.changed = true;
    variables.written(variable);
    code.add(to -> {
      code.push(to, value);
      to.lstore(variable);
    });
    if (Variables.isFlags(variable) && path.flags != LazyFlags.NONE) {
      path.flagsWritten |= Path.bit(variable);
      if (path.flagsWritten == Path.BOTH) {
        path.flagsWritten = 0;
        path.flags = LazyFlags.NONE;
        code.add(to -> to.loadConstant(LazyFlags.NONE).istore(Variables.FLAG_OPERATION));
      }
    }
  }

  /** Brings the processor's own registers up to date. */
  void spill(Path path) {
    settleHalfWritten(path);
    spill(path.rip);
  }

  /** The same where no status flag was written since the last instruction ended. */
  void spill(Value rip) {
    spilled = true;
    code.add(to -> {
      code.push(to, rip);
      variables.spill(to);
    });
  }

  /** Tells whether {@link #spill} was called since this was asked last. */
  boolean takeSpilled() {
    boolean taken = spilled;
    spilled = false;
    return taken;
  }

  /** Takes over the processor's own registers. */
  void reload() {
    code.add(variables::load);
  }

  // Status flags

  /** Sets the status flags to those of an operation. */
  void defer(Path path, int operation, Value a, Value b) {
    path.changed = true;
    code.add(to -> {
      code.push(to, a);
      to.lstore(Variables.FLAG_A);
      code.push(to, b);
      to.lstore(Variables.FLAG_B).loadConstant(operation).istore(Variables.FLAG_OPERATION);
    });
    path.flags = operation;
    path.flagsWritten = 0;
  }

  /** Computes the status flags where they are only known as those of an operation. */
  private void settle(Path path) {
    int operation = path.flags;
    if (operation == LazyFlags.NONE) {
      return;
    }
    int written = path.flagsWritten;
    Label settled = code.newLabel();
    code.add(to -> {
      if (operation == Path.UNKNOWN) {
        to.iload(Variables.FLAG_OPERATION).iflt(settled);
      }
      for (int variable : FLAG_VARIABLES) {
        if ((written & Path.bit(variable)) == 0) {
          to.iload(Variables.FLAG_OPERATION).lload(Variables.FLAG_A).lload(Variables.FLAG_B);
          Variables.settle(to, variable);
          to.lstore(variable);
        }
      }
      to.loadConstant(LazyFlags.NONE).istore(Variables.FLAG_OPERATION).labelBinding(settled);
    });
    path.flags = LazyFlags.NONE;
    path.flagsWritten = 0;
  }

  /** Where one of the two variables of the status flags was written, has both hold what they should. */
  void settleHalfWritten(Path path) {
    if (path.flagsWritten != 0) {
      settle(path);
    }
  }

  /**
   * Writes a branch on a condition of the status flags by the operands of the comparison that set them.
   *
   * @param condition a method of {@link org.paravane.core.cpu.Cpu}
   * @param taken where to go if it is true
   * @return false if nothing was written: the flags are of no comparison, or the condition is of another kind
   */
  boolean compare(Path path, String condition, Label taken) {
    int shift = path.flags;
    Opcode opcode = branch(condition);
    if (opcode == null || shift < 0 || shift >= LazyFlags.ADDITION || path.flagsWritten != 0) {
      return false;
    }
    boolean signed = condition.startsWith("less");
    code.add(to -> {
      for (int operand : new int[] {Variables.FLAG_A, Variables.FLAG_B}) {
        to.lload(operand);
        if (shift != 0) {
          to.loadConstant(shift).lshl();
        }
      }
      if (signed || opcode == Opcode.IFEQ) {
        to.lcmp();
      } else {
        to.invokestatic(
            Variables.desc(Long.class),
            "compareUnsigned",
            MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_long, ConstantDescs.CD_long));
      }
      to.branch(opcode, taken);
    });
    return true;
  }

  private static Opcode branch(String condition) {
    return switch (condition) {
      case "carry", "less" -> Opcode.IFLT;
      case "belowOrEqual", "lessOrEqual" -> Opcode.IFLE;
      case "zero" -> Opcode.IFEQ;
      default -> null;
    };
  }

  /** RIP behind an instruction that may have set it, where its variable holds it. */
  void keepRip(Value rip) {
    if (!(rip instanceof Known)) {
      code.add(to -> {
        code.push(to, rip);
        to.lstore(Variables.RIP);
      });
    }
  }
}
