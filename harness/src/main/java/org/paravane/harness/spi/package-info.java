/**
 * What the harness needs from below: images by name, and machines that are ready to run.
 *
 * <p>The adapters over the platforms and the catalogue implement it; tests implement it with scripted guests.
 */
package org.paravane.harness.spi;
