package org.paravane.harness.spi;

/**
 * A file that the kernel gets beside its own and the initial RAM disk, in memory.
 *
 * @param contents its bytes; not to be changed
 * @param text what the kernel is told with it: a name, and arguments behind it
 */
public record LoadedModule(byte[] contents, String text) {}
