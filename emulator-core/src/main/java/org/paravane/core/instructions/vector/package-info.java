/**
 * MMX, SSE, SSE2, SSE3, SSSE3, SSE4.1, SSE4.2, AES-NI, PCLMULQDQ and SHA, and the saving and restoring of their
 * registers (SDM Vol. 1 chapters 9 to 12). {@link org.paravane.core.instructions.vector.VectorInstructions} adds them
 * to the opcode maps. Whether they may execute is asked when they execute, because CR0 and CR4 can change under a
 * decoded block. Used from the processor's thread only; nothing here has state.
 */
package org.paravane.core.instructions.vector;
