package org.paravane.core.specialization;

import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.constant.ClassDesc;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Segments;
import org.paravane.core.specialization.Path.Frame;
import org.paravane.core.specialization.Value.Known;

/** Carries out or writes what byte code does with fields and arrays: those that are registers become variables. */
final class StateCode {
  private final Cpu cpu;
  private final Surroundings surroundings;
  private final Members members;
  private final Constants constants;
  private final RegionCode code;
  private final RegisterCode registers;
  private final int processor;
  private final Label abandon;

  StateCode(
      Cpu cpu,
      Surroundings surroundings,
      Members members,
      Constants constants,
      RegionCode code,
      RegisterCode registers,
      int processor,
      Label abandon) {
    this.cpu = cpu;
    this.surroundings = surroundings;
    this.members = members;
    this.constants = constants;
    this.code = code;
    this.registers = registers;
    this.processor = processor;
    this.abandon = abandon;
  }

  /** Ends a run of the region that is only to train it: what follows is not to happen. */
  void notInTraining() {
    code.add(to -> to.aload(processor).ifnull(abandon));
  }

  void field(Path path, FieldInstruction instruction) {
    Frame frame = path.top();
    boolean isStatic =
        instruction.opcode() == Opcode.GETSTATIC || instruction.opcode() == Opcode.PUTSTATIC;
    boolean reads =
        instruction.opcode() == Opcode.GETFIELD || instruction.opcode() == Opcode.GETSTATIC;
    Value written = reads ? null : frame.pop();
    Object object = isStatic ? null : Unsuitable.known(frame.pop());
    Members.Member field =
        members.field(instruction.owner().asSymbol(), instruction.name().stringValue());
    int variable = object == cpu ? fieldVariable(field.name()) : -1;
    if (variable >= 0) {
      if (reads) {
        frame.stack.add(registers.read(path, variable));
      } else {
        registers.write(path, variable, written);
      }
    } else if (reads && steady(object, field.name()) instanceof Known steady) {
      frame.stack.add(steady);
    } else if (reads && field.isFinal()) {
      frame.stack.add(new Known(field.value(object)));
    } else if (isStatic || !field.isAccessible()) {
      throw new Unsuitable("field " + field.name() + " is not accessible");
    } else if (reads) {
      frame.stack.add(
          code.value(
              path,
              TypeKind.from(field.type()),
              to -> {
                constants.push(to, object, field.owner());
                to.getfield(field.owner(), field.name(), field.type());
              }));
    } else {
      notInTraining();
      path.changed = true;
      code.add(to -> {
        constants.push(to, object, field.owner());
        code.push(to, written, field.type());
        to.putfield(field.owner(), field.name(), field.type());
      });
    }
  }

  private Value steady(Object object, String name) {
    if (object == cpu.memory && name.equals("tlb")) {
      return new Known(surroundings.tlb());
    } else if (object == cpu && name.equals("mode")) {
      return new Known(surroundings.mode());
    } else if (object == cpu.control && name.equals("sseAvailable")) {
      return new Known(surroundings.sseAvailable() ? 1 : 0);
    }
    return null;
  }

  private static int fieldVariable(String name) {
    return switch (name) {
      case "instructions" -> Variables.INSTRUCTIONS;
      case "flagResult" -> Variables.FLAG_RESULT;
      case "flagCarries" -> Variables.FLAG_CARRIES;
      default -> -1;
    };
  }

  void arrayLoad(Path path, ArrayLoadInstruction load) {
    Frame frame = path.top();
    Value index = frame.pop();
    Object array = Unsuitable.known(frame.pop());
    if (array == cpu.gpr) {
      int register = (Integer) Unsuitable.known(index);
      frame.stack.add(
          register == Cpu.RIP
              ? path.rip
              : register == Cpu.ZERO
                  ? new Known(0L)
                  : registers.read(path, Variables.general(register)));
    } else if (array == cpu.fpu.xmm) {
      frame.stack.add(registers.read(path, Variables.xmm((Integer) Unsuitable.known(index))));
    } else if (array == cpu.segmentBase && isZeroBased((Integer) Unsuitable.known(index))) {
      frame.stack.add(new Known(0L));
    } else {
      ClassDesc type = Variables.desc(array.getClass());
      frame.stack.add(
          code.value(
              path,
              load.typeKind(),
              to -> {
                constants.push(to, array, type);
                code.push(to, index);
                to.arrayLoad(load.typeKind());
              }));
    }
  }

  private static boolean isZeroBased(int segment) {
    // Regions are of flat code only.
    return segment <= Segments.DS;
  }

  void arrayStore(Path path, ArrayStoreInstruction store) {
    Frame frame = path.top();
    Value value = frame.pop();
    Value index = frame.pop();
    Object array = Unsuitable.known(frame.pop());
    if (array == cpu.gpr) {
      int register = (Integer) Unsuitable.known(index);
      if (register == Cpu.RIP) {
        path.rip = value;
      } else {
        registers.write(path, Variables.general(register), value);
      }
    } else if (array == cpu.fpu.xmm) {
      registers.write(path, Variables.xmm((Integer) Unsuitable.known(index)), value);
    } else {
      ClassDesc type = Variables.desc(array.getClass());
      notInTraining();
      path.changed = true;
      code.add(to -> {
        constants.push(to, array, type);
        code.push(to, index);
        code.push(to, value);
        to.arrayStore(store.typeKind());
      });
    }
  }
}
