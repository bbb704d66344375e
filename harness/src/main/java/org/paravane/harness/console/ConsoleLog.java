package org.paravane.harness.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The bytes a guest has printed: how many, their SHA-256, and the newest of them. Thread-safe.
 *
 * <p>At most {@link #capacity} bytes are kept; of a longer console, the newest half to whole of that.
 */
public final class ConsoleLog implements IntConsumer {
  private static final int INITIAL_BYTES = 8192;

  private final int capacity;
  private final MessageDigest digest;
  private byte[] kept = new byte[INITIAL_BYTES];
  private int length;
  private long total;

  /** Keeps up to {@code capacity} bytes, at least 8192. */
  public ConsoleLog(int capacity) {
    this.capacity = Math.max(capacity, INITIAL_BYTES);
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Takes the next byte, 0 to 255. */
  @Override
  public synchronized void accept(int value) {
    if (length == kept.length) {
      makeRoom();
    }
    kept[length++] = (byte) value;
    total++;
    digest.update((byte) value);
  }

  private void makeRoom() {
    if (kept.length < capacity) {
      kept = Arrays.copyOf(kept, Math.min(capacity, kept.length * 2));
    } else {
      int half = length / 2;
      System.arraycopy(kept, length - half, kept, 0, half);
      length = half;
    }
  }

  /** How many bytes were printed. */
  public synchronized long total() {
    return total;
  }

  /** The SHA-256 of all bytes so far, in lower-case hexadecimal digits. */
  public synchronized String sha256() {
    try {
      return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
    }
  }

  /** The bytes that are kept. */
  public synchronized byte[] bytes() {
    return Arrays.copyOf(kept, length);
  }

  /** What is kept as lines of plain text: no control sequences, no carriage returns, no newlines. */
  public List<String> lines() {
    byte[] bytes = bytes();
    byte[] stripped = new byte[bytes.length];
    int[] size = {0};
    AnsiStripper stripper = new AnsiStripper(value -> stripped[size[0]++] = (byte) value);
    for (byte value : bytes) {
      stripper.accept(value & 0xff);
    }
    String plain = new String(stripped, 0, size[0], StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(Arrays.asList(plain.split("\n", -1)));
    if (lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }

  /** The newest {@code count} of {@link #lines()}, oldest first. */
  public List<String> lastLines(int count) {
    List<String> lines = lines();
    return List.copyOf(lines.subList(Math.max(0, lines.size() - count), lines.size()));
  }
}
