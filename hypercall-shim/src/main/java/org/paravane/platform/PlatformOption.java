package org.paravane.platform;

import java.util.List;

/**
 * Something that only one platform, or a few, lets its users choose.
 *
 * @param name what users call it, after two hyphens: lower case, digits and hyphens
 * @param values what it can be; the first is what it is unless said otherwise
 * @param description one line
 */
public record PlatformOption(String name, List<String> values, String description) {
  /** Copies the list. */
  public PlatformOption {
    values = List.copyOf(values);
  }

  /** What it is unless said otherwise. */
  public String defaultValue() {
    return values.getFirst();
  }
}
