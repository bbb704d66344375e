/**
 * Linux's x86 boot protocol, 2.06 and later: places bzImages and vmlinux files, writes the zero page, and describes the
 * entry state. Source: linux Documentation/arch/x86/boot.rst.
 */
package org.paravane.boot.linux;
