/** A PC's hardware and processor identity, as several platforms present it. */
package org.paravane.platform.pc;
