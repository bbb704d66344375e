package org.paravane.platform.xen.store;

import java.util.List;

/** Paths of the store: what a valid one is, and how a relative one is completed. */
final class StorePath {
  private static final int LONGEST_ABSOLUTE = 3072;
  private static final int LONGEST_RELATIVE = 2048;

  private StorePath() {}

  /**
   * Completes a path of a domain.
   *
   * @throws StoreError.Refusal EINVAL if it is malformed
   */
  static String absolute(String path, String home) {
    boolean relative = !path.startsWith("/");
    boolean malformed =
        path.isEmpty()
            || path.length() > (relative ? LONGEST_RELATIVE : LONGEST_ABSOLUTE)
            || path.length() > 1 && path.endsWith("/")
            || path.contains("//")
            || !path.chars().allMatch(StorePath::allowed);
    if (malformed) {
      throw StoreError.EINVAL.refusal();
    }
    return relative ? home + "/" + path : path;
  }

  private static boolean allowed(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "-/_@".indexOf(c) >= 0;
  }

  /** The names on the way from the root. */
  static List<String> names(String absolute) {
    return absolute.equals("/") ? List.of() : List.of(absolute.substring(1).split("/"));
  }

  /** Tells whether a path is another or lies below it. */
  static boolean within(String path, String ancestor) {
    return path.equals(ancestor) || ancestor.equals("/") || path.startsWith(ancestor + "/");
  }
}
