/** Ports through which a guest talks to whoever runs it: exit, console, POST code, panic. One thread only. */
package org.paravane.core.device.debug;
