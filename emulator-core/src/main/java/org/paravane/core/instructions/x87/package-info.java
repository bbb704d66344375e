/**
 * The instructions of the x87 FPU, opcodes D8 to DF and 9B (SDM Vol. 1 chapter 8): one file a group of the manual's,
 * around {@link org.paravane.core.cpu.X87Unit}, which holds the arithmetic and the register stack. Memory is read,
 * and its writability known, before the unit changes.
 */
package org.paravane.core.instructions.x87;
