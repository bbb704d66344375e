/** Kernel files of any bytes end in a description or in a sentence. */
package org.paravane.boot.fuzz;
