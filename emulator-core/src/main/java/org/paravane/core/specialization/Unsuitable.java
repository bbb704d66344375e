package org.paravane.core.specialization;

import org.paravane.core.specialization.Value.Known;

/** Says that an instruction can't be written, and has to be called. */
@SuppressWarnings("serial")
final class Unsuitable extends RuntimeException {
  Unsuitable(String why) {
    super(why, null, false, false);
  }

  /** A value that has to be known. */
  static Object known(Value value) {
    if (value instanceof Known(Object object)) {
      return object;
    }
    throw new Unsuitable("depends on an unknown value");
  }
}
