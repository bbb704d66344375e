/**
 * How a PC is switched off, reset and put to sleep: ACPI power management, ports CF9h and 92h, and the 8042 keyboard
 * controller, which is here for its reset line. One thread only.
 */
package org.paravane.core.device.power;
