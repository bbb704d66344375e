/**
 * Machine code for the host: guest blocks translated to x86-64 instructions, where the host is x86-64 Linux. An instruction
 * is translated to the same instruction on other registers wherever that is possible; whatever is not translated is left to
 * the interpreter.
 */
package org.paravane.core.host;
