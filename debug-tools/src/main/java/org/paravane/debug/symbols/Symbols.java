package org.paravane.debug.symbols;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The symbols of one kernel, for looking up in both directions. An address belongs to the closest symbol at or below it;
 * of several at one address the first global one stands for all.
 */
public final class Symbols {
  private static final Comparator<Symbol> BY_ADDRESS =
      (a, b) -> Long.compareUnsigned(a.address(), b.address());

  /** No symbols. */
  public static final Symbols NONE = new Symbols(List.of());

  /** How far behind the last symbol an address may lie and still belong to it. */
  private static final long LAST_SYMBOL_BYTES = 0x1000;

  private final List<Symbol> all;
  private final Symbol[] placed;
  private final long[] addresses;
  private final Map<String, Symbol> byName;

  /**
   * A place in the kernel.
   *
   * @param symbol the symbol that it belongs to
   * @param offset bytes from the symbol's address on
   */
  public record Location(Symbol symbol, long offset) {
    /** The name, with {@code +0x} and the offset unless that is 0. */
    @Override
    public String toString() {
      return offset == 0 ? symbol.name() : "%s+0x%x".formatted(symbol.name(), offset);
    }
  }

  private Symbols(List<Symbol> all) {
    this.all = all;
    placed =
        all.stream()
            .filter(symbol -> !symbol.absolute())
            .sorted(BY_ADDRESS.thenComparing(symbol -> Character.isLowerCase(symbol.type())))
            .toArray(Symbol[]::new);
    addresses = new long[placed.length];
    for (int i = 0; i < placed.length; i++) {
      addresses[i] = placed[i].address();
    }
    byName = HashMap.newHashMap(all.size());
    for (Symbol symbol : all) {
      byName.putIfAbsent(symbol.name(), symbol);
    }
  }

  /** Keeps symbols in any order; of several with one name the first is found by that name. */
  public static Symbols of(Collection<Symbol> symbols) {
    return new Symbols(List.copyOf(symbols));
  }

  /** Tells whether there are none. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** Every symbol, in the order of the kernel's own table. */
  public List<Symbol> all() {
    return all;
  }

  /** The symbol that an address belongs to, and how far behind its start; empty if it lies outside the kernel. */
  public Optional<Location> at(long address) {
    int index = indexAt(address);
    return index < 0
        ? Optional.empty()
        : Optional.of(new Location(placed[index], address - addresses[index]));
  }

  /** The address of the symbol of that name. */
  public OptionalLong address(String name) {
    Symbol symbol = byName.get(name);
    return symbol == null ? OptionalLong.empty() : OptionalLong.of(symbol.address());
  }

  /**
   * The number, from 0, of the symbol that an address belongs to, or -1 if it lies outside the kernel: for callers who look
   * up often, since it allocates nothing. {@link #symbol} gives what the number stands for.
   */
  public int indexAt(long address) {
    int low = 0;
    int high = addresses.length - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      if (Long.compareUnsigned(addresses[middle], address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    if (high < 0
        || high == addresses.length - 1 && address - addresses[high] >= LAST_SYMBOL_BYTES) {
      return -1;
    }
    while (high > 0 && addresses[high - 1] == addresses[high]) {
      high--;
    }
    return high;
  }

  /** The symbol with a number of {@link #indexAt}. */
  public Symbol symbol(int index) {
    return placed[index];
  }

  /** One more than the greatest number of {@link #indexAt}. */
  public int count() {
    return placed.length;
  }

  /** The same kernel, moved by {@code bytes}, as its address randomization does; absolute symbols stay. */
  public Symbols moved(long bytes) {
    return of(
        all.stream()
            .map(symbol ->
                symbol.absolute()
                    ? symbol
                    : new Symbol(symbol.address() + bytes, symbol.type(), symbol.name()))
            .toList());
  }
}
