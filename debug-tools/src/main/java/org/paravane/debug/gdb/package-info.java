/**
 * A stub for gdb's remote serial protocol (GDB manual, appendix E): registers, memory, breakpoints, watchpoints, single
 * steps, and, as runs are deterministic, steps backwards by executing again from the start.
 *
 * <p>Two threads meet here: the one that runs the machine does all work on it, and one reads what gdb sends.
 */
package org.paravane.debug.gdb;
