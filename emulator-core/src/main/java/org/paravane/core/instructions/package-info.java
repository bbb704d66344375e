/** The instruction set: the opcode maps, put together from the families in the packages below. */
package org.paravane.core.instructions;
