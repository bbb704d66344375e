/**
 * Floating-point arithmetic of the x87 FPU and of scalar SSE, computed with integers, bit for bit as a processor does
 * (SDM Vol. 1, chapters 4, 8, 10 and 11); transcendental functions alone are within one unit in the last place. Knows
 * nothing of register stacks, instructions or faults: the CPU passes operands, takes results and asks which exceptions
 * were raised. Each CPU has its own instances, used on one thread; no operation allocates.
 */
package org.paravane.core.fpu;
