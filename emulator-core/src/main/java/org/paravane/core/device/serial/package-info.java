/** Serial ports: the 16550A and where its characters go. One thread only. */
package org.paravane.core.device.serial;
