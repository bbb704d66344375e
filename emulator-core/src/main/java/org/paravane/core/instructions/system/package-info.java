/**
 * Instructions of segmentation, privilege, events, control registers and ports (SDM Vol. 1 7.3.14 to 7.3.16, Vol. 3A 2.8,
 * Vol. 1 chapter 19). What they share with event delivery lies in {@link org.paravane.core.cpu}. One thread a processor.
 */
package org.paravane.core.instructions.system;
