/** Building a Xen PV guest: where kernel, start_info, rings, page tables and P2M list go, and what they say. */
package org.paravane.boot.xen;
