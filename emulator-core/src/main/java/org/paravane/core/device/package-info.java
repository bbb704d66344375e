/**
 * What the devices of a PC share. The devices themselves live in the packages below, by what they do: {@code interrupt}
 * (8259, I/O APIC, local APIC), {@code timer} (8254, RTC), {@code serial} (16550A), {@code power} (ACPI, resets, 8042),
 * {@code pci} and {@code debug}. A device knows its processor, its clock and its neighbours only by the interfaces of
 * {@code core.io}, {@code core.clock}, {@code core.cpu} and {@code core.machine}. One thread only.
 */
package org.paravane.core.device;
