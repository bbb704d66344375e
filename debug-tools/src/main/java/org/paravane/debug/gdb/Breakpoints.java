package org.paravane.debug.gdb;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.DataWatch;

/**
 * Breakpoints and watchpoints, by linear address, of all processors. None of them is written into guest memory, so the
 * guest can't see them and they hold before their page is mapped.
 */
final class Breakpoints implements DataWatch {
  private static final long PAGE = -0x1000;

  /** What a breakpoint waits for; the numbers are those of the packets Z and z. */
  enum Kind {
    SOFTWARE("swbreak"),
    HARDWARE("hwbreak"),
    WRITE("watch"),
    READ("rwatch"),
    ACCESS("awatch");

    private final String reason;

    Kind(String reason) {
      this.reason = reason;
    }

    /** What a stop reply calls it. */
    String reason() {
      return reason;
    }

    boolean code() {
      return this == SOFTWARE || this == HARDWARE;
    }

    private boolean meets(boolean write) {
      return this == ACCESS || this == (write ? WRITE : READ);
    }
  }

  /**
   * One of them.
   *
   * @param address linear address of its first byte
   * @param sizeBytes bytes to watch; of no meaning for code
   */
  record Point(Kind kind, long address, int sizeBytes) {}

  private final List<Point> points = new ArrayList<>();
  private long[] codeAddresses = {};
  private boolean watching;
  private Point hit;

  /** Adds one, unless it is there, and has the processors look. */
  void add(Point point, List<Cpu> cpus) {
    if (!points.contains(point)) {
      points.add(point);
      changed(cpus);
    }
  }

  /** Takes one away; false if there is none. */
  boolean remove(Point point, List<Cpu> cpus) {
    boolean removed = points.remove(point);
    changed(cpus);
    return removed;
  }

  /** Takes all away. */
  void clear(List<Cpu> cpus) {
    points.clear();
    changed(cpus);
  }

  /** Has the processors look, as at any change: for a machine that knows nothing of them yet. */
  void changed(List<Cpu> cpus) {
    codeAddresses =
        points.stream().filter(p -> p.kind.code()).mapToLong(Point::address).sorted().toArray();
    watching = points.size() > codeAddresses.length;
    hit = null;
    for (Cpu cpu : cpus) {
      cpu.debug.watch(watching ? this : DataWatch.NONE);
      for (Point point : points) {
        if (!point.kind.code()) {
          cpu.memory.watchChanged(point.address);
          cpu.memory.watchChanged(point.address + point.sizeBytes - 1);
        }
      }
    }
  }

  boolean isEmpty() {
    return points.isEmpty();
  }

  /** Tells whether there are watchpoints. */
  boolean watching() {
    return watching;
  }

  /** Tells whether a breakpoint lies in a stretch of code. */
  boolean within(long linear, int sizeBytes) {
    for (long address : codeAddresses) {
      if (address - linear >= 0 && address - linear < sizeBytes) {
        return true;
      }
    }
    return false;
  }

  /** The breakpoint at an address, or null. */
  Point at(long linear) {
    if (Arrays.binarySearch(codeAddresses, linear) < 0) {
      return null;
    }
    return points.stream()
        .filter(point -> point.kind.code() && point.address == linear)
        .findFirst()
        .orElse(null);
  }

  /** Takes the watchpoint that was met since the last time, or null. */
  Point takeHit() {
    Point taken = hit;
    hit = null;
    return taken;
  }

  @Override
  public boolean watches(long page) {
    for (Point point : points) {
      if (!point.kind.code()
          && (point.address & PAGE) - page <= 0
          && (point.address + point.sizeBytes - 1 & PAGE) - page >= 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void accessed(long linear, int sizeBytes, boolean write) {
    for (Point point : points) {
      if (hit == null
          && point.kind.meets(write)
          && linear - point.address < point.sizeBytes
          && point.address - linear < sizeBytes) {
        hit = point;
      }
    }
  }
}
