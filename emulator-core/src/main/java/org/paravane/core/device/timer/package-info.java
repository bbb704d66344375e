/**
 * Timers and clocks of a PC: the 8254, port 61h, the MC146818 real-time clock, and the arithmetic between machine
 * nanoseconds and a device's own ticks. One thread only.
 */
package org.paravane.core.device.timer;
