/**
 * A PC under Hyper-V: CPUID leaves, synthetic model-specific registers, reference time, synthetic interrupt controller and
 * timers, hypercalls. Source: Microsoft's Hypervisor Top Level Functional Specification (TLFS) 6.0b.
 */
package org.paravane.platform.hyperv;
