package org.paravane.core.conformance;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fields of a {@link ProcessorState} by number, each a long with a short name: {@code rax}, {@code rflags}, {@code
 * st0} and {@code se0} (significand, sign and exponent), {@code xmm0l} and {@code xmm0h}, and {@code m} with an address
 * for each quadword of memory.
 */
final class StateField {
  static final int VECTOR = 0;
  static final int RIP = 1;
  static final int RFLAGS = 2;
  private static final int CONTROL_WORD = 3;
  private static final int STATUS_WORD = 4;
  private static final int TAGS = 5;
  private static final int MXCSR = 6;
  static final int GPR = 7;
  private static final int SIGNIFICAND = GPR + 16;
  private static final int SIGN_EXPONENT = SIGNIFICAND + 8;
  private static final int XMM = SIGN_EXPONENT + 8;
  static final int MEMORY = XMM + 32;

  /** How many there are. */
  static final int COUNT = MEMORY + GuestLayout.MEMORY_BYTES / 8;

  private static final String[] NAMES = {
    "vector", "rip", "rflags", "fcw", "fsw", "ftw", "mxcsr", "rax", "rcx", "rdx", "rbx", "rsp",
    "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15"
  };
  private static final Map<String, Integer> BY_NAME = new HashMap<>();

  static {
    for (int field = 0; field < COUNT; field++) {
      BY_NAME.put(name(field), field);
    }
  }

  private StateField() {}

  /** The field's name. */
  static String name(int field) {
    if (field < NAMES.length) {
      return NAMES[field];
    }
    if (field < SIGN_EXPONENT) {
      return "st" + (field - SIGNIFICAND);
    }
    if (field < XMM) {
      return "se" + (field - SIGN_EXPONENT);
    }
    if (field < MEMORY) {
      return "xmm" + (field - XMM) / 2 + ((field - XMM) % 2 == 0 ? "l" : "h");
    }
    return "m" + Integer.toHexString(GuestLayout.address((field - MEMORY) * 8));
  }

  /** The field of that name. */
  static int named(String name) {
    return BY_NAME.get(name);
  }

  /** The field's value. */
  static long get(ProcessorState s, int field) {
    if (field >= MEMORY) {
      return s.get64(GuestLayout.address((field - MEMORY) * 8));
    }
    if (field >= XMM) {
      return s.xmm[field - XMM];
    }
    if (field >= SIGN_EXPONENT) {
      return s.signExponent[field - SIGN_EXPONENT];
    }
    if (field >= SIGNIFICAND) {
      return s.significand[field - SIGNIFICAND];
    }
    if (field >= GPR) {
      return s.gpr[field - GPR];
    }
    return switch (field) {
      case VECTOR -> s.vector;
      case RIP -> s.rip;
      case RFLAGS -> s.rflags;
      case CONTROL_WORD -> s.controlWord;
      case STATUS_WORD -> s.statusWord;
      case TAGS -> s.tags;
      default -> s.mxcsr;
    };
  }

  /** Sets the field. */
  static void set(ProcessorState s, int field, long value) {
    if (field >= MEMORY) {
      s.put64(GuestLayout.address((field - MEMORY) * 8), value);
    } else if (field >= XMM) {
      s.xmm[field - XMM] = value;
    } else if (field >= SIGN_EXPONENT) {
      s.signExponent[field - SIGN_EXPONENT] = (int) value;
    } else if (field >= SIGNIFICAND) {
      s.significand[field - SIGNIFICAND] = value;
    } else if (field >= GPR) {
      s.gpr[field - GPR] = value;
    } else {
      switch (field) {
        case VECTOR -> s.vector = (int) value;
        case RIP -> s.rip = value;
        case RFLAGS -> s.rflags = (int) value;
        case CONTROL_WORD -> s.controlWord = (int) value;
        case STATUS_WORD -> s.statusWord = (int) value;
        case TAGS -> s.tags = (int) value;
        case MXCSR -> s.mxcsr = (int) value;
        default -> throw new IllegalArgumentException("field " + field);
      }
    }
  }

  /** The fields in which two states differ. */
  static List<Integer> differing(ProcessorState first, ProcessorState second) {
    List<Integer> fields = new ArrayList<>();
    for (int field = 0; field < MEMORY; field++) {
      if (get(first, field) != get(second, field)) {
        fields.add(field);
      }
    }
    for (int at = 0; at < GuestLayout.MEMORY_BYTES; at += 8) {
      int next =
          Arrays.mismatch(
              first.memory, at, first.memory.length, second.memory, at, second.memory.length);
      if (next < 0) {
        break;
      }
      at += next & -8;
      fields.add(MEMORY + at / 8);
    }
    return fields;
  }

  /** The differences between two states as text, {@code name first->second} each. */
  static String describe(ProcessorState first, ProcessorState second) {
    StringBuilder text = new StringBuilder();
    for (int field : differing(first, second)) {
      text.append(text.isEmpty() ? "" : " ").append(name(field)).append(' ');
      text.append(Long.toHexString(get(first, field)))
          .append("->")
          .append(Long.toHexString(get(second, field)));
    }
    return text.isEmpty() ? "nothing" : text.toString();
  }
}
