/**
 * SMBIOS tables, written into guest memory from what a machine says of itself. Source: DMTF DSP0134, System Management BIOS
 * Reference Specification 2.8.
 */
package org.paravane.boot.smbios;
