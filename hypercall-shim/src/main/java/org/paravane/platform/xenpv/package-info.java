/**
 * The platform {@code xen-pv}: a Xen guest whose kernel runs at CPL 3 on page tables that hold machine addresses. Traps,
 * SYSCALL and privileged instructions come here through the core's {@code Deprivileged} hooks.
 */
package org.paravane.platform.xenpv;
