package org.paravane.core.specialization;

import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.util.List;
import org.paravane.core.specialization.Path.Frame;
import org.paravane.core.specialization.Value.Known;

/** Carries out or writes what byte code does with values alone: constants, operators, conversions, and the stack. */
final class ValueCode {
  private final RegionCode code;

  ValueCode(RegionCode code) {
    this.code = code;
  }

  static Value constant(ConstantDesc constant) {
    return switch (constant) {
      case Integer number -> new Known(number);
      case Long number -> new Known(number);
      case Float number -> new Known(number);
      case Double number -> new Known(number);
      default -> {
        if (constant == ConstantDescs.NULL) {
          yield new Known(null);
        }
        throw new Unsuitable("a constant of another kind");
      }
    };
  }

  void operator(Path path, OperatorInstruction operator) {
    Frame frame = path.top();
    Opcode opcode = operator.opcode();
    if (opcode == Opcode.ARRAYLENGTH) {
      frame.stack.add(new Known(java.lang.reflect.Array.getLength(Unsuitable.known(frame.pop()))));
    } else if (opcode == Opcode.INEG || opcode == Opcode.LNEG) {
      Value zero = opcode == Opcode.INEG ? new Known(0) : new Known(0L);
      Value operand = frame.pop();
      frame.stack.add(
          operator(path, opcode == Opcode.INEG ? Opcode.ISUB : Opcode.LSUB, zero, operand));
    } else if (opcode == Opcode.FNEG || opcode == Opcode.DNEG) {
      Value operand = frame.pop();
      frame.stack.add(
          code.value(
              path,
              operator.typeKind(),
              to -> {
                code.push(to, operand);
                Operators.write(to, opcode);
              }));
    } else {
      Value right = frame.pop();
      Value left = frame.pop();
      frame.stack.add(operator(path, opcode, left, right));
    }
  }

  Value operator(Path path, Opcode opcode, Value left, Value right) {
    Value simple = Operators.fold(opcode, left, right);
    if (simple != null) {
      return simple;
    }
    return code.value(
        path,
        Operators.resultKind(opcode),
        to -> {
          code.push(to, left);
          code.push(to, right);
          Operators.write(to, opcode);
        });
  }

  void convert(Path path, ConvertInstruction convert) {
    Frame frame = path.top();
    Value operand = frame.pop();
    Value simple = Operators.fold(convert.opcode(), operand);
    frame.stack.add(
        simple != null
            ? simple
            : code.value(
                path,
                convert.toType(),
                to -> {
                  code.push(to, operand);
                  to.conversion(convert.fromType(), convert.toType());
                }));
  }

  static void stack(Frame frame, Opcode opcode) {
    List<Value> stack = frame.stack;
    switch (opcode) {
      case POP -> frame.pop();
      case POP2 -> {
        if (!frame.pop().isWide()) {
          frame.pop();
        }
      }
      case DUP -> duplicate(stack, 1, 0);
      case DUP_X1 -> duplicate(stack, 1, 1);
      case DUP_X2 -> duplicate(stack, 1, entries(stack, 1, 2));
      case DUP2 -> duplicate(stack, entries(stack, 0, 2), 0);
      case DUP2_X1 -> duplicate(stack, entries(stack, 0, 2), 1);
      case DUP2_X2 -> {
        int count = entries(stack, 0, 2);
        duplicate(stack, count, entries(stack, count, 2));
      }
      default -> throw new Unsuitable(opcode.toString());
    }
  }

  /** How many values below the {@code below} uppermost ones take that many words. */
  private static int entries(List<Value> stack, int below, int words) {
    return stack.get(stack.size() - 1 - below).isWide() ? words / 2 : words;
  }

  /** Puts a copy of the {@code count} uppermost values below them and {@code under} more. */
  private static void duplicate(List<Value> stack, int count, int under) {
    List<Value> copies = List.copyOf(stack.subList(stack.size() - count, stack.size()));
    stack.addAll(stack.size() - count - under, copies);
  }
}
