package org.paravane.debug.profile;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Sampler;
import org.paravane.debug.symbols.Symbols;

/**
 * Counts where a guest's processors are found: the kernel's functions by name with their callers as far as frame pointers
 * tell, programs as {@code [user]}, and kernel code that has no symbol as {@code [unknown]}.
 */
public final class GuestProfile implements Sampler {
  private static final int MAX_CALLERS = 64;
  private static final int USER_CPL = 3;
  private static final int USER = -1;
  private static final int UNKNOWN = -2;

  /** A function as it is called by the functions above it in the tree. */
  private static final class Node {
    private final Map<Integer, Node> callees = new HashMap<>();
    private long count;

    Node callee(int function) {
      return callees.computeIfAbsent(function, _ -> new Node());
    }
  }

  private final Symbols symbols;
  private final CallChain chain;
  private final int[] callers = new int[MAX_CALLERS];
  private final Node root = new Node();
  private long samples;

  /** A profile without samples; kernel code is named by {@code symbols}. */
  public GuestProfile(Symbols symbols) {
    this.symbols = symbols;
    chain = new CallChain(symbols);
  }

  /** How often {@link #sample} was called. */
  public long samples() {
    return samples;
  }

  @Override
  public void sample(Cpu cpu) {
    samples++;
    // Kernels of xen-pv run at CPL 3 too, in the upper half of the addresses.
    if (cpu.cpl == USER_CPL && cpu.rip() >= 0) {
      root.callee(USER).count++;
      return;
    }
    int function = symbols.indexAt(cpu.rip());
    Node node = root;
    if (function >= 0) {
      for (int i = chain.walk(cpu, callers) - 1; i >= 0; i--) {
        node = node.callee(callers[i]);
      }
    }
    node.callee(function < 0 ? UNKNOWN : function).count++;
  }

  /** Writes collapsed stacks: a line for each, outermost function first, sorted, with the number of samples behind it. */
  public void writeTo(Appendable out) throws IOException {
    TreeMap<String, Long> lines = new TreeMap<>();
    collect(root, "", lines);
    for (Map.Entry<String, Long> line : lines.entrySet()) {
      out.append(line.getKey()).append(' ').append(line.getValue().toString()).append('\n');
    }
  }

  private void collect(Node node, String stack, Map<String, Long> lines) {
    node.callees.forEach((function, callee) -> {
      String path = stack.isEmpty() ? name(function) : stack + ";" + name(function);
      if (callee.count > 0) {
        // Different functions may share a name.
        lines.merge(path, callee.count, Long::sum);
      }
      collect(callee, path, lines);
    });
  }

  private String name(int function) {
    return switch (function) {
      case USER -> "[user]";
      case UNKNOWN -> "[unknown]";
      default -> symbols.symbol(function).name();
    };
  }
}
