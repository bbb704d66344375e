/**
 * The seams between processors and devices: port I/O, memory-mapped I/O, interrupt lines. Called on the machine's one
 * thread only.
 */
package org.paravane.core.io;
