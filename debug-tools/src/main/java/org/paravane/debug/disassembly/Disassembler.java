package org.paravane.debug.disassembly;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Decoder;
import org.paravane.core.decode.OpcodeMap;

/** Lists instructions by the opcode maps that the machine executes by. One thread at a time. */
public final class Disassembler {
  /** The text of bytes that are no instruction. */
  public static final String BAD = "(bad)";

  /** What follows the mnemonic of an instruction that is known and not implemented; operands are not shown. */
  public static final String NOT_IMPLEMENTED = " (not implemented)";

  private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

  private final Decoder decoder;
  private final int mode;

  /**
   * Lists code of one size.
   *
   * @param map the rows that are known
   * @param mode {@link CpuMode#CODE16}, {@link CpuMode#CODE32} or {@link CpuMode#CODE64}
   */
  public Disassembler(OpcodeMap map, int mode) {
    this.decoder = new Decoder(map);
    this.mode = mode;
  }

  /**
   * Lists up to {@code count} instructions from {@code start} on. Where the source ends, so does the list; a byte that
   * begins no instruction makes a line of its own, and the next line starts behind it.
   */
  public List<Line> list(ByteSource source, long start, int count) {
    List<Line> lines = new ArrayList<>();
    byte[] window = new byte[Decoder.MAX_LENGTH];
    long address = start;
    while (lines.size() < count) {
      int available = source.read(address, window);
      if (available == 0) {
        break;
      }
      Line line = line(window, 0, available, address);
      lines.add(line);
      address += line.length();
    }
    return lines;
  }

  /**
   * Makes the line of the instruction at {@code code[from]}.
   *
   * @param to end of the bytes that may be read, beyond {@code from}
   * @param address of its first byte, for what it says relative to RIP
   */
  public Line line(byte[] code, int from, int to, long address) {
    Decoder.Outcome outcome = decoder.decode(code, from, to, mode, 0);
    Decoded decoded = decoder.decoded();
    if (outcome == Decoder.Outcome.UNIMPLEMENTED) {
      String hex = HEX.formatHex(code, from, from + decoded.length());
      String mnemonic = decoder.missing().mnemonic().toLowerCase(Locale.ROOT);
      return new Line(address, decoded.length(), hex, mnemonic + NOT_IMPLEMENTED);
    }
    if (outcome != Decoder.Outcome.DECODED || decoded.opcode().factory().create(decoded) == null) {
      return new Line(address, 1, HEX.formatHex(code, from, from + 1), BAD);
    }
    int end = from + decoded.length();
    String text = new IntelSyntax(decoded, code, from, address).text();
    return new Line(address, decoded.length(), HEX.formatHex(code, from, end), text);
  }
}
