package org.paravane.harness.spi;

/**
 * A platform that is installed.
 *
 * @param name what users give to {@code --platform}
 * @param description one line
 */
public record PlatformSummary(String name, String description) {}
