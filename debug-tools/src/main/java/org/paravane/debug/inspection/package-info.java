/** Looking at a machine that stands still, without changing anything that its guest could notice. */
package org.paravane.debug.inspection;
