package org.paravane.core.specialization;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.OperatorInstruction;
import java.util.Objects;
import org.paravane.core.specialization.Value.Known;

/** Arithmetic, conversions and comparisons of the JVM (JVMS 6.5) on values that are known, and what to write for others. */
final class Operators {
  private Operators() {}

  /** Adds an operator whose operands are on the stack. */
  static void write(CodeBuilder code, Opcode opcode) {
    code.with(OperatorInstruction.of(opcode));
  }

  /** The kind of an operator's result. */
  static TypeKind resultKind(Opcode opcode) {
    return switch (opcode) {
      case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> TypeKind.INT;
      default -> OperatorInstruction.of(opcode).typeKind();
    };
  }

  /** The result of an operator as far as it is known or one of the operands, or null. */
  static Value fold(Opcode opcode, Value left, Value right) {
    if (left instanceof Known(Object a) && right instanceof Known(Object b)) {
      Object result = compute(opcode, a, b);
      return result == null ? null : new Known(result);
    }
    return neutral(opcode, left, right);
  }

  private static Value neutral(Opcode opcode, Value left, Value right) {
    return switch (opcode) {
      case LADD, LOR, LXOR -> is(right, 0L) ? left : is(left, 0L) ? right : null;
      case LSUB -> is(right, 0L) ? left : null;
      case LAND -> is(right, -1L) ? left : is(left, -1L) ? right : null;
      case LSHL, LSHR, LUSHR -> is(right, 0) ? left : null;
      default -> null;
    };
  }

  private static boolean is(Value value, Object number) {
    return value instanceof Known(Object known) && number.equals(known);
  }

  private static Object compute(Opcode opcode, Object a, Object b) {
    return switch (a) {
      case Integer x when b instanceof Integer y -> ofInts(opcode, x, y);
      case Long x when b instanceof Long y -> ofLongs(opcode, x, y);
      case Long x when b instanceof Integer y -> ofShift(opcode, x, y);
      case null, default -> null;
    };
  }

  private static Integer ofInts(Opcode opcode, int a, int b) {
    return switch (opcode) {
      case IADD -> a + b;
      case ISUB -> a - b;
      case IMUL -> a * b;
      case IAND -> a & b;
      case IOR -> a | b;
      case IXOR -> a ^ b;
      case ISHL -> a << b;
      case ISHR -> a >> b;
      case IUSHR -> a >>> b;
      default -> null;
    };
  }

  private static Object ofLongs(Opcode opcode, long a, long b) {
    return switch (opcode) {
      case LADD -> a + b;
      case LSUB -> a - b;
      case LMUL -> a * b;
      case LAND -> a & b;
      case LOR -> a | b;
      case LXOR -> a ^ b;
      case LCMP -> Long.compare(a, b);
      default -> null;
    };
  }

  private static Long ofShift(Opcode opcode, long a, int b) {
    return switch (opcode) {
      case LSHL -> a << b;
      case LSHR -> a >> b;
      case LUSHR -> a >>> b;
      default -> null;
    };
  }

  /** The result of a conversion if it is known, or null. */
  static Value fold(Opcode opcode, Value operand) {
    if (!(operand instanceof Known(Object known))) {
      return null;
    }
    return switch (opcode) {
      case I2L -> new Known((long) (Integer) known);
      case L2I -> new Known((int) (long) (Long) known);
      case I2B -> new Known((int) (byte) (int) (Integer) known);
      case I2S -> new Known((int) (short) (int) (Integer) known);
      case I2C -> new Known((int) (char) (int) (Integer) known);
      default -> null;
    };
  }

  /** Tells whether a branch compares two values, not one with zero or null. */
  static boolean comparesTwo(Opcode opcode) {
    return switch (opcode) {
      case IF_ICMPEQ, IF_ICMPNE, IF_ICMPLT, IF_ICMPGE, IF_ICMPGT, IF_ICMPLE, IF_ACMPEQ, IF_ACMPNE ->
          true;
      default -> false;
    };
  }

  /** Whether a branch is taken, or null if that is not known. */
  static Boolean decide(Opcode opcode, Value left, Value right) {
    if (!(left instanceof Known(Object a)) || right != null && !(right instanceof Known)) {
      return null;
    }
    Object b = right instanceof Known(Object known) ? known : 0;
    return switch (opcode) {
      case IFEQ, IF_ICMPEQ -> Objects.equals(a, b);
      case IFNE, IF_ICMPNE -> !Objects.equals(a, b);
      case IFLT, IF_ICMPLT -> (Integer) a < (Integer) b;
      case IFGE, IF_ICMPGE -> (Integer) a >= (Integer) b;
      case IFGT, IF_ICMPGT -> (Integer) a > (Integer) b;
      case IFLE, IF_ICMPLE -> (Integer) a <= (Integer) b;
      case IF_ACMPEQ -> a == b;
      case IF_ACMPNE -> a != b;
      case IFNULL -> a == null;
      case IFNONNULL -> a != null;
      default -> null;
    };
  }
}
