/**
 * What is understood of a guest's console: bytes in, text, lines and matches out.
 *
 * <p>Everything here is fed one byte at a time by the thread that runs the machine, allocates nothing for a byte that
 * completes nothing, and depends on the bytes alone, so that equal consoles give equal answers. No class here is
 * thread-safe except {@link org.paravane.harness.console.ConsoleLog}.
 */
package org.paravane.harness.console;
