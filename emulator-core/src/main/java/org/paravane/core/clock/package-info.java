/**
 * Machine time: nanoseconds since the machine started, derived from retired instructions (or from the host's clock when
 * asked for), and the timers that devices set on it. One thread only.
 */
package org.paravane.core.clock;
