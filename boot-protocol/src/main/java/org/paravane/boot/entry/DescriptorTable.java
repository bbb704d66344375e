package org.paravane.boot.entry;

/**
 * GDTR or IDTR.
 *
 * @param base linear address
 * @param limit offset of the last valid byte
 */
public record DescriptorTable(long base, int limit) {}
