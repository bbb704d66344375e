package org.paravane.platform.xen.store;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The store as a transaction has it: what it has looked at stays as it was then, what it has changed is seen by nobody else.
 * It can be carried out as long as nothing that it has looked at, and so nothing that it has changed, has changed outside.
 *
 * @abi xen/tools/xenstore/xenstored_transaction.c
 */
final class StoreTransaction extends StoreView {
  private static final int MOST_ACCESSED = 1024;

  private static final class Access {
    private final long generation;
    private final Permissions before;
    private StoreNode node;
    private boolean modified;
    private boolean fires;
    private boolean exact;

    Access(StoreNode node) {
      this.node = node;
      generation = node == null ? StoreNode.NONE : node.generation();
      before = node == null ? null : node.permissions();
    }
  }

  private final StoreTree tree;
  private final int domain;
  private final Map<String, Access> accessed = new LinkedHashMap<>();
  private int ownedMore;
  private boolean created;
  private boolean spoiled;

  /** Begins one of a domain. */
  StoreTransaction(StoreTree tree, int domain) {
    this.tree = tree;
    this.domain = domain;
    tree.nextGeneration();
  }

  private Access access(String path) {
    Access access = accessed.get(path);
    if (access == null) {
      if (accessed.size() >= MOST_ACCESSED) {
        spoiled = true;
        throw StoreError.ENOSPC.refusal();
      }
      access = new Access(tree.find(path));
      accessed.put(path, access);
    }
    return access;
  }

  @Override
  StoreNode find(String path) {
    return access(path).node;
  }

  @Override
  void replace(String path, StoreNode node) {
    Access access = access(path);
    created |= access.node == null;
    ownedMore += owns(node) - owns(access.node);
    access.node = node.withGeneration(tree.nextGeneration());
    access.modified = true;
  }

  @Override
  void delete(String path) {
    Access access = access(path);
    ownedMore -= owns(access.node);
    access.node = null;
    access.modified = true;
    tree.nextGeneration();
  }

  private int owns(StoreNode node) {
    return node != null && node.permissions().owner() == domain ? 1 : 0;
  }

  @Override
  int owned(int owner) {
    return tree.owned(owner) + (owner == domain ? ownedMore : 0);
  }

  @Override
  void spoil() {
    spoiled = true;
  }

  /** Keeps a change for the end. */
  void fireLater(String path, boolean exact) {
    Access access = access(path);
    access.exact = exact && (access.exact || !access.fires);
    access.fires = true;
  }

  /**
   * Carries it out.
   *
   * @throws StoreError.Refusal ENOMEM, ENOSPC, or EAGAIN if it was overtaken; nothing has changed then
   */
  void commit(Listener listener) {
    if (spoiled) {
      throw StoreError.ENOMEM.refusal();
    }
    if (created && owned(domain) >= MOST_NODES) {
      throw StoreError.ENOSPC.refusal();
    }
    for (Map.Entry<String, Access> entry : accessed.entrySet()) {
      if (entry.getValue().generation != tree.generation(entry.getKey())) {
        throw StoreError.EAGAIN.refusal();
      }
    }
    accessed.forEach((path, access) -> {
      if (!access.modified) {
        return;
      }
      if (access.node != null) {
        tree.replace(path, access.node);
      } else {
        tree.delete(path);
      }
      if (access.fires) {
        listener.changed(path, access.exact, access.before);
      }
    });
  }
}
