/**
 * Decoding of instruction bytes: prefixes, the opcode maps, ModR/M, SIB, displacement and immediates (SDM Vol. 2A
 * chapter 2, Vol. 2D appendix A). The maps are filled by the instruction families; this package knows none of them.
 */
package org.paravane.core.decode;
