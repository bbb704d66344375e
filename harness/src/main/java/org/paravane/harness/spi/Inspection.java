package org.paravane.harness.spi;

import java.util.List;
import java.util.Map;

/**
 * What a file is.
 *
 * @param format one line, such as {@code bzImage, protocol 2.15}
 * @param facts names and values, in the order to show them
 * @param platforms the names of the platforms that can boot it
 */
public record Inspection(String format, Map<String, String> facts, List<String> platforms) {}
