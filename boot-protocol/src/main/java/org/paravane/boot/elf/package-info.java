/** ELF files as loaders see them: program headers and notes, checked. Source: the System V ABI, chapters 4 and 5. */
package org.paravane.boot.elf;
