/** What every part of Xen's guest interface shares: error numbers, hypercalls, and guest memory as hypercalls see it. */
package org.paravane.platform.xen.abi;
