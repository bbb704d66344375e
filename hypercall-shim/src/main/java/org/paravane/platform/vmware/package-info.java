/**
 * A PC under VMware: CPUID leaves, the backdoor port with its hypercall form, the steal clock and SMBIOS strings, as Linux'
 * {@code arch/x86/kernel/cpu/vmware.c} and VMware's {@code backdoor_def.h} have them.
 */
package org.paravane.platform.vmware;
