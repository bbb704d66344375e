package org.paravane.platform.xen.store;

import java.util.ArrayList;
import java.util.List;

/**
 * A node as it is kept: never changed, but replaced.
 *
 * @param value any bytes, which nobody changes
 * @param children names in the order in which they came
 * @param generation counts the changes of the whole store; two nodes of one generation are the same
 */
record StoreNode(byte[] value, Permissions permissions, List<String> children, long generation) {
  /** The generation of a node that is not there. */
  static final long NONE = -1;

  private static final int HEADER_BYTES = 24;
  private static final int PERMISSION_BYTES = 8;
  private static final byte[] EMPTY = {};

  /** A node without value and children. */
  static StoreNode empty(Permissions permissions) {
    return new StoreNode(EMPTY, permissions, List.of(), 0);
  }

  StoreNode withValue(byte[] newValue) {
    return new StoreNode(newValue, permissions, children, generation);
  }

  StoreNode withPermissions(Permissions newPermissions) {
    return new StoreNode(value, newPermissions, children, generation);
  }

  StoreNode withGeneration(long newGeneration) {
    return new StoreNode(value, permissions, children, newGeneration);
  }

  StoreNode withChild(String name) {
    List<String> more = new ArrayList<>(children);
    more.add(name);
    return new StoreNode(value, permissions, List.copyOf(more), generation);
  }

  StoreNode withoutChild(String name) {
    List<String> fewer = new ArrayList<>(children);
    fewer.remove(name);
    return new StoreNode(value, permissions, List.copyOf(fewer), generation);
  }

  /** What it takes in the store's data base. */
  int bytes() {
    int names = children.stream().mapToInt(name -> name.length() + 1).sum();
    return HEADER_BYTES + PERMISSION_BYTES * permissions.entries().size() + value.length + names;
  }
}
