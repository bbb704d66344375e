/**
 * Guest-physical memory: RAM, the map of what lies where, and the bookkeeping of pages that hold decoded code. Knows no
 * paging. One thread only.
 */
package org.paravane.core.memory;
