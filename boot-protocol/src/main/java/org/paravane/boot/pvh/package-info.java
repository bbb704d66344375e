/** The PVH boot protocol: hvm_start_info and the 32-bit entry that a Xen note names. */
package org.paravane.boot.pvh;
