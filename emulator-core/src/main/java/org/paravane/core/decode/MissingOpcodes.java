package org.paravane.core.decode;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.paravane.core.decode.Decoder.Outcome;

/**
 * The encodings that processors define and this one does not have, so that a guest that uses one can be told which it was.
 * They stand in {@code missing-opcodes.txt} beside this class. Read only.
 *
 * <p>Instructions behind a VEX, EVEX or XOP prefix are decoded as if they stood in the map 0F 3A: one {@link OpcodeMap} for
 * each kind of prefix, map that it selects, and value of its W bit.
 */
public final class MissingOpcodes {
  private static final String FILE = "missing-opcodes.txt";
  private static final String NOW_PREFIX = "3DNOW ";
  private static final String REWRITTEN = " 0F 3A ";
  private static final int PADDED_BYTES = Decoder.MAX_LENGTH + VectorPrefix.MAX_BYTES;
  private static final Map<String, Integer> MAP_NUMBERS =
      Map.of("0F", 1, "0F38", 2, "0F3A", 3, "MAP5", 5, "MAP6", 6, "MAP8", 8, "MAP9", 9, "MAPA", 10);

  /** What the bytes are: {@code row} is null unless the outcome is {@link Outcome#UNIMPLEMENTED}. */
  record Found(Outcome outcome, MissingOpcode row, int length) {
    static final Found UNDEFINED = new Found(Outcome.UNDEFINED, null, 0);
  }

  /** Read when a guest first executes something undefined. */
  private static final class Table {
    static final MissingOpcodes INSTANCE = new MissingOpcodes();
  }

  private final List<MissingOpcode> rows;
  private final OpcodeMap plain = new OpcodeMap();
  private final Map<String, OpcodeMap> prefixed = new HashMap<>();
  private final Map<Opcode, MissingOpcode> sources = new HashMap<>();
  private final Map<Integer, MissingOpcode> now = new HashMap<>();

  private MissingOpcodes() {
    rows = lines().filter(line -> !line.startsWith("#")).map(MissingOpcodes::parse).toList();
    plain.add("0F 0F", NOW_PREFIX, "E,Ib", _ -> null);
    rows.forEach(this::add);
  }

  /** Every row, ordered by feature, those behind VEX, EVEX and XOP prefixes last. */
  public static List<MissingOpcode> rows() {
    return Table.INSTANCE.rows;
  }

  /** The missing instruction that the bytes hold, if they hold one. */
  static Found decode(byte[] code, int from, int to, int mode) {
    return Table.INSTANCE.find(code, from, to, mode);
  }

  private static Stream<String> lines() {
    try (InputStream in = MissingOpcodes.class.getResourceAsStream(FILE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MissingOpcode parse(String line) {
    String[] columns = line.split("\t");
    return new MissingOpcode(
        columns[0],
        columns[1],
        columns[2],
        columns.length > 3 ? columns[3] : "",
        columns.length > 4 && columns[4].equals("64"));
  }

  private void add(MissingOpcode row) {
    if (row.encoding().startsWith(NOW_PREFIX)) {
      now.put(Integer.parseInt(row.encoding().substring(NOW_PREFIX.length()), 16), row);
    } else if (row.prefixed()) {
      String[] parts = row.encoding().split("[. ]", 5);
      int map = MAP_NUMBERS.get(parts[2]);
      for (int w = 0; w < 2; w++) {
        if (!parts[3].equals("W" + (1 - w))) {
          addTo(
              prefixed.computeIfAbsent(key(parts[0], map, w), _ -> new OpcodeMap()),
              parts[1] + REWRITTEN + parts[4],
              row);
        }
      }
    } else {
      addTo(plain, row.encoding(), row);
    }
  }

  private void addTo(OpcodeMap map, String encoding, MissingOpcode row) {
    Opcode.Trait[] traits =
        row.only64() ? new Opcode.Trait[] {Opcode.Trait.ONLY64} : new Opcode.Trait[0];
    map.add(row.feature(), encoding, row.mnemonic(), row.operands(), _ -> null, traits);
    sources.put(map.all().getLast(), row);
  }

  private static String key(String kind, int map, int w) {
    return kind + map + w;
  }

  private Found find(byte[] code, int from, int to, int mode) {
    Decoder decoder = Decoder.ofMissing(plain);
    Outcome outcome = decoder.decode(code, from, to, mode, 0);
    Decoded decoded = decoder.decoded();
    if (outcome == Outcome.UNDEFINED) {
      return findPrefixed(code, from, to, mode);
    }
    if (outcome != Outcome.DECODED) {
      return new Found(outcome, null, decoded.length());
    }
    MissingOpcode row =
        decoded.opcode().mnemonic().equals(NOW_PREFIX)
            ? now.get((int) decoded.immediate() & 0xff)
            : sources.get(decoded.opcode());
    return row == null ? Found.UNDEFINED : new Found(Outcome.UNIMPLEMENTED, row, decoded.length());
  }

  private Found findPrefixed(byte[] code, int from, int to, int mode) {
    int available = Math.min(to - from, Decoder.MAX_LENGTH);
    byte[] padded = Arrays.copyOf(Arrays.copyOfRange(code, from, from + available), PADDED_BYTES);
    int at = 0;
    boolean addressSize = false;
    while (at < available && isHarmless(padded[at])) {
      addressSize |= padded[at++] == 0x67;
    }
    VectorPrefix prefix = VectorPrefix.at(padded, at);
    OpcodeMap map =
        prefix == null ? null : prefixed.get(key(prefix.kind(), prefix.map(), prefix.w()));
    if (map == null) {
      return Found.UNDEFINED;
    }
    at += prefix.bytes();
    byte[] rewritten = new byte[PADDED_BYTES];
    int head = 0;
    if (addressSize) {
      rewritten[head++] = 0x67;
    }
    if (prefix.mandatory() != 0) {
      rewritten[head++] = (byte) prefix.mandatory();
    }
    rewritten[head++] = 0x0f;
    rewritten[head++] = 0x3a;
    int copied = Math.max(available - at, 0);
    System.arraycopy(padded, at, rewritten, head, copied);
    Decoder decoder = Decoder.ofMissing(map);
    Outcome outcome = decoder.decode(rewritten, 0, head + copied, mode, 0);
    if (outcome == Outcome.DECODED) {
      int length = decoder.decoded().length() - head + at;
      return new Found(Outcome.UNIMPLEMENTED, sources.get(decoder.decoded().opcode()), length);
    }
    if (outcome == Outcome.UNDEFINED) {
      return Found.UNDEFINED;
    }
    return available == Decoder.MAX_LENGTH
        ? new Found(Outcome.TOO_LONG, null, available)
        : new Found(Outcome.NEEDS_MORE, null, available);
  }

  /** Tells whether a prefix may stand before VEX, EVEX and XOP: address size and segment overrides. */
  private static boolean isHarmless(byte prefix) {
    return switch (prefix) {
      case 0x67, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65 -> true;
      default -> false;
    };
  }
}
