package org.paravane.harness;

/**
 * How far a run is.
 *
 * @param phase the current step of the boot
 * @param instructions guest instructions executed
 * @param virtualNanos guest time
 * @param hostNanos host time since the start of the run
 */
public record Progress(String phase, long instructions, long virtualNanos, long hostNanos) {}
