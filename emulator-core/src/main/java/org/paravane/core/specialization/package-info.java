/**
 * Partial evaluation of the interpreter's own byte code: what {@code execute} of a decoded instruction does when its operands
 * are known and registers are local variables. The definitions of the instructions stay the only ones. Entered by {@code
 * execution}, from one thread at a time.
 */
package org.paravane.core.specialization;
