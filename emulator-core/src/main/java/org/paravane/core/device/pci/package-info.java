/** The PCI host bridge and its configuration space (PCI Local Bus 3.0, sections 3.2.2.3 and 6). One thread only. */
package org.paravane.core.device.pci;
