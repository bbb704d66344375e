package org.paravane.platform.xen.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Paths of the store: what a valid one is, and how a relative one is completed. */
final class StorePath {
  /** Bytes of a path, behind a domain's home if it begins with one. */
  private static final int LONGEST = 2048;

  private static final Pattern HOME = Pattern.compile("/local/domain/[0-9]{1,5}/");

  private StorePath() {}

  /**
   * Completes a path of a domain.
   *
   * @throws StoreError.Refusal EINVAL if it is malformed
   */
  static String absolute(String path, String home) {
    String whole = path.startsWith("/") ? path : home + "/" + path;
    Matcher homes = HOME.matcher(whole);
    int counted = homes.lookingAt() ? whole.length() - homes.end() : whole.length();
    boolean malformed =
        path.isEmpty()
            || counted > LONGEST
            || whole.length() > 1 && whole.endsWith("/")
            || whole.contains("//")
            || !whole.chars().allMatch(StorePath::allowed);
    if (malformed) {
      throw StoreError.EINVAL.refusal();
    }
    return whole;
  }

  private static boolean allowed(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || "-/_@".indexOf(c) >= 0;
  }

  /** The path of the node above; the root's is its own. */
  static String parent(String absolute) {
    int slash = absolute.lastIndexOf('/');
    return slash <= 0 ? "/" : absolute.substring(0, slash);
  }

  /** Tells whether a path is another or lies below it. */
  static boolean within(String path, String ancestor) {
    return path.equals(ancestor) || ancestor.equals("/") || path.startsWith(ancestor + "/");
  }
}
