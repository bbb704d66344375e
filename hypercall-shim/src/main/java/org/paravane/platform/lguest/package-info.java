/**
 * lguest, the small hypervisor of Linux 2.6.23 to 4.13 for 32-bit guests: the kernel runs at ring 1 on shadow page tables and
 * asks by INT 1Fh, as {@code arch/x86/include/asm/lguest_hcall.h} and {@code drivers/lguest} of Linux 2.6.30 on have it.
 */
package org.paravane.platform.lguest;
