/**
 * Multiboot 1 and 2: places kernels and modules and writes the information structure. Source: Multiboot Specification
 * 0.6.96, Multiboot2 Specification 2.0.
 */
package org.paravane.boot.multiboot;
