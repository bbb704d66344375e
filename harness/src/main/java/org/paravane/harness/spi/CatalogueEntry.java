package org.paravane.harness.spi;

/**
 * An image that has a name.
 *
 * @param name what users write
 * @param description one line
 * @param state whether it can boot at once
 */
public record CatalogueEntry(String name, String description, State state) {
  /** Whether an image can boot at once. */
  public enum State {
    /** Part of Paravane. */
    EMBEDDED,
    /** In the user's cache. */
    FETCHED,
    /** Must be fetched first. */
    ABSENT
  }
}
