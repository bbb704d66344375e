/** The names of a kernel's functions and data: from its ELF symbol table or its own kallsyms, and as a file for gdb. */
package org.paravane.debug.symbols;
