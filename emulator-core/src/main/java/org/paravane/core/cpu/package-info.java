/**
 * One processor: its registers, flags, segments, linear memory with paging and TLB, and the delivery of exceptions and
 * interrupts (SDM Vol. 3A chapters 2 to 7). Instructions act on it through {@link org.paravane.core.cpu.Cpu}; it knows
 * neither how they are decoded nor which exist. One thread only.
 */
package org.paravane.core.cpu;
