/**
 * Running: blocks of decoded instructions and the cache that holds them, the interpreter that walks them, and the machine
 * with its time, its processors' schedule and its reasons to stop. One thread only, but for what {@link
 * org.paravane.core.execution.Machine} says may be called from others.
 */
package org.paravane.core.execution;
