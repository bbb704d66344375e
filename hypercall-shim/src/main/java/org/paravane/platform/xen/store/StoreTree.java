package org.paravane.platform.xen.store;

import java.util.List;
import java.util.TreeMap;

/** The store as it is, by path. */
final class StoreTree extends StoreView {
  private final TreeMap<String, StoreNode> nodes = new TreeMap<>();
  private final TreeMap<Integer, Integer> owned = new TreeMap<>();
  private long generation;

  /** Starts with a root that everyone may read. */
  StoreTree() {
    Permissions everyone = new Permissions(List.of(new Permissions.Entry('r', 0)));
    replace(ROOT, StoreNode.empty(everyone));
  }

  /** A generation that no node has had. */
  long nextGeneration() {
    return ++generation;
  }

  /** The generation of what is at a path. */
  long generation(String path) {
    StoreNode node = nodes.get(path);
    return node == null ? StoreNode.NONE : node.generation();
  }

  @Override
  StoreNode find(String path) {
    return nodes.get(path);
  }

  @Override
  void replace(String path, StoreNode node) {
    count(nodes.put(path, node.withGeneration(nextGeneration())), -1);
    count(node, 1);
  }

  @Override
  void delete(String path) {
    count(nodes.remove(path), -1);
  }

  private void count(StoreNode node, int change) {
    if (node != null) {
      owned.merge(node.permissions().owner(), change, Integer::sum);
    }
  }

  @Override
  int owned(int domain) {
    return owned.getOrDefault(domain, 0);
  }

  /** A refused request has changed nothing. */
  @Override
  void spoil() {}
}
