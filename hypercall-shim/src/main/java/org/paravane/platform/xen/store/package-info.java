/**
 * Xenstore: a small tree of values with permissions, transactions and watches, and the ring that one guest talks to it
 * through.
 *
 * @abi xen/include/public/io/xs_wire.h and xen/docs/misc/xenstore.txt
 */
package org.paravane.platform.xen.store;
