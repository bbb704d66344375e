/**
 * Booting kernels: parse an image ({@code image}), place it and write its boot parameters ({@code linux},
 * {@code multiboot}, {@code pvh}), get the CPU state to enter it in ({@code entry}). Nothing here touches a CPU. One
 * thread at a time per memory and per image.
 */
package org.paravane.boot;
