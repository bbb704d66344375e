/** Event channels: ports, what they are bound to, and both ways of telling a guest that one is pending. */
package org.paravane.platform.xen.event;
