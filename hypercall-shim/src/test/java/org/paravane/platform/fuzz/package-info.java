/** Hypercalls, model-specific registers and CPUID leaves with any arguments, over memory of any contents. */
package org.paravane.platform.fuzz;
