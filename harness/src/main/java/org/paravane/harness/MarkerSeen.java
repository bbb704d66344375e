package org.paravane.harness;

/**
 * An expected marker and when it was seen.
 *
 * @param marker as the user wrote it
 * @param instructions guest instructions executed by then
 * @param virtualNanos guest time
 * @param hostNanos host time since the start of the run
 */
public record MarkerSeen(String marker, long instructions, long virtualNanos, long hostNanos) {}
