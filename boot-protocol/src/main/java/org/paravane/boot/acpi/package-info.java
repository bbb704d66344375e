/**
 * ACPI tables, written into guest memory from a description of the machine: RSDP, XSDT, FADT, FACS, MADT and a DSDT
 * with the sleep state, the PCI root and devices. Source: ACPI Specification 6.5, chapters 5, 6 and 20.
 */
package org.paravane.boot.acpi;
