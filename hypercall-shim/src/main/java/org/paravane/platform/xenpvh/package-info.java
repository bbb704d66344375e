/** The platform {@code xen-pvh}: a hardware-virtualised Xen guest without a device model, entered through its PVH note. */
package org.paravane.platform.xenpvh;
