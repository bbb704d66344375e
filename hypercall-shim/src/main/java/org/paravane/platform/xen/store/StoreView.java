package org.paravane.platform.xen.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The store as requests see it: as it is, or as a transaction has it. Domains other than the host are held to quotas.
 *
 * @abi xen/tools/xenstore/xenstored_core.c
 */
abstract sealed class StoreView permits StoreTree, StoreTransaction {
  static final String ROOT = "/";

  /** Nodes that a domain may own. */
  static final int MOST_NODES = 1000;

  private static final int HOST = 0;
  private static final int MOST_BYTES = 2048;
  private static final int MOST_PERMISSIONS = 5;

  /** Learns of nodes that have changed, as they change. */
  @FunctionalInterface
  interface Listener {
    /**
     * A node has changed.
     *
     * @param exact only who watches this very node is told, not who watches one above it
     * @param before who could read it before, or null if it is new or only its value has changed
     */
    void changed(String path, boolean exact, Permissions before);
  }

  /** The node of a path, or null. */
  abstract StoreNode find(String path);

  /** Puts a node in place of what there is, with a generation of its own. */
  abstract void replace(String path, StoreNode node);

  /** Takes a node away. */
  abstract void delete(String path);

  /** How many nodes a domain owns. */
  abstract int owned(int domain);

  /** Says that a request was refused when it had changed something already. */
  abstract void spoil();

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String child(String path, String name) {
    return path.equals(ROOT) ? ROOT + name : path + "/" + name;
  }

  /** Who may use a node is who may use it or, if it is not there, the nearest above it. */
  private StoreNode permitted(String path, int domain, boolean write) {
    StoreNode node = find(path);
    StoreNode nearest = node;
    String at = path;
    while (nearest == null) {
      at = StorePath.parent(at);
      nearest = find(at);
    }
    Permissions permissions = nearest.permissions();
    if (!(write ? permissions.writable(domain) : permissions.readable(domain))) {
      throw StoreError.EACCES.refusal();
    }
    return node;
  }

  /**
   * A node that a domain may read.
   *
   * @throws StoreError.Refusal EACCES, or ENOENT
   */
  final StoreNode readable(String path, int domain) {
    StoreNode node = permitted(path, domain, false);
    if (node == null) {
      throw StoreError.ENOENT.refusal();
    }
    return node;
  }

  final void permissions(String path, int domain, Permissions permissions, Listener listener) {
    if (domain != HOST && permissions.entries().size() > MOST_PERMISSIONS) {
      throw StoreError.ENOSPC.refusal();
    }
    StoreNode node = permitted(path, domain, true);
    if (node == null) {
      throw StoreError.ENOENT.refusal();
    }
    if (domain != HOST && node.permissions().owner() != domain) {
      throw StoreError.EACCES.refusal();
    }
    if (domain != HOST && permissions.owner() != domain) {
      throw StoreError.EPERM.refusal();
    }
    replaceWithinQuota(path, node.withPermissions(permissions), domain);
    listener.changed(path, false, node.permissions());
  }

  /** Writes a value; a node that is not there is made, its parents too. */
  final void write(String path, int domain, byte[] value, Listener listener) {
    StoreNode node = permitted(path, domain, true);
    if (node == null) {
      make(path, domain, value);
    } else {
      replaceWithinQuota(path, node.withValue(value), domain);
    }
    listener.changed(path, false, null);
  }

  /** Makes a node with an empty value, its parents too; one that is there stays as it is. */
  final void make(String path, int domain, Listener listener) {
    if (permitted(path, domain, true) == null) {
      make(path, domain, new byte[0]);
      listener.changed(path, false, null);
    }
  }

  private void replaceWithinQuota(String path, StoreNode node, int domain) {
    if (domain != HOST && node.bytes() >= MOST_BYTES) {
      throw StoreError.ENOSPC.refusal();
    }
    replace(path, node);
  }

  /** Makes nodes from the last up, as far as there is none. */
  private void make(String path, int domain, byte[] value) {
    List<String> missing = new ArrayList<>();
    String at = path;
    StoreNode parent = null;
    while (parent == null) {
      missing.add(at);
      at = StorePath.parent(at);
      parent = find(at);
    }
    Permissions inherited =
        domain == HOST ? parent.permissions() : parent.permissions().withOwner(domain);
    StoreNode extended = parent.withChild(name(missing.getLast()));
    if (domain != HOST) {
      int count = owned(domain);
      StoreNode last = StoreNode.empty(inherited).withValue(value);
      boolean fits = last.bytes() < MOST_BYTES && extended.bytes() < MOST_BYTES;
      if (!fits || count + missing.size() > MOST_NODES) {
        if (last.bytes() < MOST_BYTES && count < MOST_NODES) {
          spoil();
        }
        throw StoreError.ENOSPC.refusal();
      }
    }
    StoreNode made = StoreNode.empty(inherited).withValue(value);
    for (String next : missing) {
      replace(next, made);
      made = StoreNode.empty(inherited).withChild(name(next));
    }
    replace(at, extended);
  }

  /**
   * Removes a node and all below it.
   *
   * @throws StoreError.Refusal ENOENT if neither it nor its parent is there
   */
  final void remove(String path, int domain, Listener listener) {
    StoreNode node = permitted(path, domain, true);
    if (path.equals(ROOT)) {
      throw StoreError.EINVAL.refusal();
    }
    StoreNode parent = find(StorePath.parent(path));
    if (parent == null) {
      throw StoreError.ENOENT.refusal();
    }
    if (node != null) {
      removeAll(path, node, path, listener);
      replace(StorePath.parent(path), parent.withoutChild(name(path)));
    }
  }

  private void removeAll(String path, StoreNode node, String top, Listener listener) {
    for (String name : node.children()) {
      String below = child(path, name);
      StoreNode next = find(below);
      // A transaction may see a node that has lost a child meanwhile; it will be refused.
      if (next != null) {
        removeAll(below, next, top, listener);
      }
    }
    delete(path);
    listener.changed(path, !path.equals(top), node.permissions());
  }
}
