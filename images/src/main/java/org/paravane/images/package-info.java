/**
 * Kernel images to boot: our own test kernels, the catalogue of real ones and how each is fetched, and the initramfs
 * that lets a Linux kernel reach user space.
 *
 * <p>Called by the harness and the command line. Nothing here reads the environment, prints, or keeps state between
 * calls; an {@link org.paravane.images.ImageStore} may be used from several threads and several processes at once.
 */
package org.paravane.images;
