package org.paravane.boot.xen;

import org.paravane.boot.placement.PlacedKernel;

/**
 * A PV guest ready to run.
 *
 * @param placed the state to enter it in, and what lies where by pseudo-physical address
 * @param layout what lies where
 */
public record PvKernel(PlacedKernel placed, PvLayout layout) {}
