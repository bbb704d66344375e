package org.paravane.core.conformance;

import java.util.ArrayList;
import java.util.List;

/** Says in which fields two states differ. */
final class StateDifference {
  private static final String[] REGISTERS = {
    "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
  };

  private StateDifference() {}

  /** A field that differs, with both values. */
  record Field(String name, String first, String second) {
    @Override
    public String toString() {
      return name + " " + first + " -> " + second;
    }
  }

  /** The fields in which two states differ, memory byte by byte. */
  static List<Field> between(ProcessorState first, ProcessorState second) {
    List<Field> fields = new ArrayList<>();
    compare(fields, "vector", first.vector, second.vector);
    compare(fields, "rip", first.rip, second.rip);
    for (int i = 0; i < 16; i++) {
      compare(fields, REGISTERS[i], first.gpr[i], second.gpr[i]);
    }
    compare(fields, "rflags", first.rflags, second.rflags);
    compare(fields, "fcw", first.controlWord, second.controlWord);
    compare(fields, "fsw", first.statusWord, second.statusWord);
    compare(fields, "ftw", first.tags, second.tags);
    compare(fields, "mxcsr", first.mxcsr, second.mxcsr);
    for (int i = 0; i < 8; i++) {
      compare(fields, "st" + i, first.significand[i], second.significand[i]);
      compare(fields, "se" + i, first.signExponent[i], second.signExponent[i]);
    }
    for (int i = 0; i < 16; i++) {
      compare(fields, "xmm" + i + "h", first.xmm[2 * i + 1], second.xmm[2 * i + 1]);
      compare(fields, "xmm" + i + "l", first.xmm[2 * i], second.xmm[2 * i]);
    }
    for (int i = 0; i < first.memory.length; i++) {
      compare(fields, "m%x".formatted(GuestLayout.address(i)), first.memory[i] & 0xff, second.memory[i] & 0xff);
    }
    return fields;
  }

  private static void compare(List<Field> fields, String name, long first, long second) {
    if (first != second) {
      fields.add(new Field(name, Long.toHexString(first), Long.toHexString(second)));
    }
  }
}
