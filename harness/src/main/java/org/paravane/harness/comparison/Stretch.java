package org.paravane.harness.comparison;

/**
 * A part of a boot that a line of its console ends: {@code NAME: checksum VALUE}.
 *
 * @param name the part
 * @param wallNanos host time since the console line before
 * @param checksum what the part computed; the same in every emulator that works
 */
public record Stretch(String name, long wallNanos, String checksum) {}
