package org.paravane.platform.xen.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Who may do what with a node. The first entry names the owner, who may do everything, and what everyone may do who is
 * not listed.
 *
 * @param entries at least one
 */
public record Permissions(List<Entry> entries) {
  private static final int HOST = 0;

  /**
   * One domain's access.
   *
   * @param access 'n' none, 'r' read, 'w' write, 'b' both
   * @param domain the domain
   */
  public record Entry(char access, int domain) {
    boolean reads() {
      return access == 'r' || access == 'b';
    }

    boolean writes() {
      return access == 'w' || access == 'b';
    }
  }

  /** Copies the list. */
  public Permissions {
    entries = List.copyOf(entries);
  }

  /** The host's own. */
  public static Permissions ofHost() {
    return new Permissions(List.of(new Entry('n', HOST)));
  }

  /** The host's, for a domain to read. */
  public static Permissions readableBy(int domain) {
    return new Permissions(List.of(new Entry('n', HOST), new Entry('r', domain)));
  }

  /** A domain's own. */
  public static Permissions ownedBy(int domain) {
    return new Permissions(List.of(new Entry('n', domain)));
  }

  /**
   * Reads the form of the wire.
   *
   * @throws StoreError.Refusal EINVAL if it is malformed
   */
  static Permissions parse(List<String> texts) {
    List<Entry> entries = new ArrayList<>();
    for (String text : texts) {
      if (!text.matches("[nrwb][0-9]{1,5}")) {
        throw StoreError.EINVAL.refusal();
      }
      entries.add(new Entry(text.charAt(0), Integer.parseInt(text.substring(1))));
    }
    if (entries.isEmpty()) {
      throw StoreError.EINVAL.refusal();
    }
    return new Permissions(entries);
  }

  /** The form of the wire, one text an entry. */
  List<String> texts() {
    return entries.stream().map(entry -> "" + entry.access() + entry.domain()).toList();
  }

  int owner() {
    return entries.getFirst().domain();
  }

  /** These permissions with another owner: what a node inherits. */
  Permissions withOwner(int domain) {
    List<Entry> inherited = new ArrayList<>(entries);
    inherited.set(0, new Entry(entries.getFirst().access(), domain));
    return new Permissions(inherited);
  }

  boolean readable(int domain) {
    return domain == HOST || domain == owner() || entry(domain).reads();
  }

  boolean writable(int domain) {
    return domain == HOST || domain == owner() || entry(domain).writes();
  }

  private Entry entry(int domain) {
    return entries.stream()
        .skip(1)
        .filter(entry -> entry.domain() == domain)
        .findFirst()
        .orElse(entries.getFirst());
  }
}
