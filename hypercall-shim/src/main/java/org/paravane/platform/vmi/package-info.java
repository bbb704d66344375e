/**
 * A PC with the VMI ROM of VMware, API 3.0: functions that 32-bit kernels call in place of privileged instructions, as
 * Linux' {@code arch/x86/include/asm/vmi.h} (2.6.21 to 2.6.36) has them.
 */
package org.paravane.platform.vmi;
