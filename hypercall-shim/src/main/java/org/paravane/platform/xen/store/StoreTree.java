package org.paravane.platform.xen.store;

import java.util.List;
import java.util.TreeMap;

/** The tree of values. Children are kept by name, so that nothing depends on the order of creation. */
final class StoreTree {
  private static final class Node {
    private byte[] value = {};
    private Permissions permissions;
    private final TreeMap<String, Node> children = new TreeMap<>();

    Node(Permissions permissions) {
      this.permissions = permissions;
    }

    Node copy() {
      Node copy = new Node(permissions);
      copy.value = value;
      children.forEach((name, child) -> copy.children.put(name, child.copy()));
      return copy;
    }
  }

  private final Node root;

  /** Starts with a root that everyone may read. */
  StoreTree() {
    this(new Node(new Permissions(List.of(new Permissions.Entry('r', 0)))));
  }

  private StoreTree(Node root) {
    this.root = root;
  }

  /** A tree of its own with the same contents. */
  StoreTree copy() {
    return new StoreTree(root.copy());
  }

  private Node find(String path) {
    Node node = root;
    for (String name : StorePath.names(path)) {
      node = node.children.get(name);
      if (node == null) {
        return null;
      }
    }
    return node;
  }

  private Node require(String path) {
    Node node = find(path);
    if (node == null) {
      throw StoreError.ENOENT.refusal();
    }
    return node;
  }

  private Node requireReadable(String path, int domain) {
    Node node = require(path);
    if (!node.permissions.readable(domain)) {
      throw StoreError.EACCES.refusal();
    }
    return node;
  }

  boolean exists(String path) {
    return find(path) != null;
  }

  byte[] read(String path, int domain) {
    return requireReadable(path, domain).value;
  }

  List<String> directory(String path, int domain) {
    return List.copyOf(requireReadable(path, domain).children.keySet());
  }

  Permissions permissions(String path, int domain) {
    return requireReadable(path, domain).permissions;
  }

  void permissions(String path, int domain, Permissions permissions) {
    Node node = require(path);
    if (domain != 0 && (domain != node.permissions.owner() || permissions.owner() != domain)) {
      throw StoreError.EACCES.refusal();
    }
    node.permissions = permissions;
  }

  /** Writes a value; a node that is not there is made, its parents too. */
  void write(String path, int domain, byte[] value) {
    make(path, domain).value = value;
  }

  /** Makes a node with an empty value, its parents too; one that is there stays as it is. */
  Node make(String path, int domain) {
    Node node = root;
    Node nearest = root;
    for (String name : StorePath.names(path)) {
      nearest = node;
      node = node.children.get(name);
      if (node == null) {
        break;
      }
    }
    if (node != null) {
      if (!node.permissions.writable(domain)) {
        throw StoreError.EACCES.refusal();
      }
      return node;
    }
    if (!nearest.permissions.writable(domain)) {
      throw StoreError.EACCES.refusal();
    }
    Node made = root;
    for (String name : StorePath.names(path)) {
      Node parent = made;
      made =
          parent.children.computeIfAbsent(
              name,
              n ->
                  new Node(
                      domain == 0 ? parent.permissions : parent.permissions.withOwner(domain)));
    }
    return made;
  }

  /**
   * Removes a node and all below it.
   *
   * @return false if it is not there while its parent is
   */
  boolean remove(String path, int domain) {
    List<String> names = StorePath.names(path);
    if (names.isEmpty()) {
      throw StoreError.EINVAL.refusal();
    }
    Node parent = require("/" + String.join("/", names.subList(0, names.size() - 1)));
    Node node = parent.children.get(names.getLast());
    if (node == null) {
      return false;
    }
    if (!node.permissions.writable(domain)) {
      throw StoreError.EACCES.refusal();
    }
    parent.children.remove(names.getLast());
    return true;
  }
}
