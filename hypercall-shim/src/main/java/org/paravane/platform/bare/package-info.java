/** A PC without a hypervisor. */
package org.paravane.platform.bare;
