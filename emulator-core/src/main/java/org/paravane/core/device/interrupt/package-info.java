/**
 * Interrupt controllers: the 8259 pair, the I/O APIC, the local APICs, the bus between the APICs, and the ISA interrupt
 * lines that fan out to both kinds. Behaviour after the 8259A and 82093AA data sheets and the Intel SDM, volume 3A,
 * chapter 12 (APIC). One thread only.
 */
package org.paravane.core.device.interrupt;
