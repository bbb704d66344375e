package org.paravane.core;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Compiled regions call this method as it is: they don't look into it. For what is executed rarely, or is too large or too
 * private to become part of a region. The method and its class must be public.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface OutOfLine {
  /** What the method has to do with the registers, which a region keeps in variables of its own. */
  enum Registers {
    /** Nothing: it has no other effect than its result, and does not throw. */
    PURE,
    /** It neither looks at them nor throws, and may be called again if its instruction is begun anew. */
    UNSEEN,
    /** It may look at them, or throw, but changes none. */
    SEEN,
    /** It may change them. */
    CHANGED
  }

  /**
   * It is called so rarely that a region, which would grow by the call, leaves the instruction to the interpreter instead, as
   * long as that has changed nothing.
   */
  boolean rare() default false;

  /** What it has to do with general registers, XMM registers, status flags and the count of instructions. */
  Registers value();
}
