/**
 * A PC under KVM: CPUID leaves, paravirtual clock, steal time and hypercalls as {@code Documentation/virt/kvm/x86} of
 * Linux and {@code asm/kvm_para.h} have them.
 */
package org.paravane.platform.kvm;
