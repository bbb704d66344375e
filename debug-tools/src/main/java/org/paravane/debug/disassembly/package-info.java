/**
 * Disassembly in Intel syntax, spelled as binutils' objdump spells it, over the decoder that the machine executes by: what
 * the listing shows is what Paravane executes. May be used from any thread, but each {@link
 * org.paravane.debug.disassembly.Disassembler} from one at a time.
 */
package org.paravane.debug.disassembly;
