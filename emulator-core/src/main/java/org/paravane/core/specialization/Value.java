package org.paravane.core.specialization;

import java.lang.classfile.TypeKind;

/** What the specializer knows of a value on the stack or in a variable of the code that it reads. */
sealed interface Value {
  /** A value that is known now: a boxed int, long, float or double, an object, or null. */
  record Known(Object value) implements Value {}

  /** A value that is known when the region executes, then in a local variable of it. */
  record Local(int slot, TypeKind kind) implements Value {}

  /** Tells whether it takes two entries of a stack (JVMS 2.11.1): long and double. */
  default boolean isWide() {
    return switch (this) {
      case Known(Object value) -> value instanceof Long || value instanceof Double;
      case Local local -> local.kind.slotSize() == 2;
    };
  }
}
