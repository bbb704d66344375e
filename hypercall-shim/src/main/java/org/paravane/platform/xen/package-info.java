/**
 * What Xen's PV and PVH guests share: hypercalls, virtual processors with their time and timers, console ring, grant
 * table. Knows neither of the two kinds of guests.
 */
package org.paravane.platform.xen;
