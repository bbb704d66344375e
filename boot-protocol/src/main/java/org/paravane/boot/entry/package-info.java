/**
 * The state in which a kernel's first instruction runs: registers, segments, descriptor tables, page tables. Describes
 * it independently of any CPU implementation; whoever builds the machine applies it.
 */
package org.paravane.boot.entry;
