package org.paravane.harness;

/**
 * A step of a boot and when it began.
 *
 * @param name what begins, such as {@code kernel} or {@code user space}
 * @param instructions guest instructions executed by then
 * @param virtualNanos guest time
 * @param hostNanos host time since the start of the run
 */
public record Phase(String name, long instructions, long virtualNanos, long hostNanos) {}
