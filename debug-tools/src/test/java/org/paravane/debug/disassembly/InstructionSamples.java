package org.paravane.debug.disassembly;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.paravane.core.cpu.CpuMode;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.Decoder;
import org.paravane.core.decode.Opcode;
import org.paravane.core.instructions.InstructionSet;

/**
 * A few encodings of the rows of the opcode maps: register and memory operands, with REX.W and with prefix 66. Vector
 * instructions are sampled in 64-bit mode only, x87 ones with the first two registers only.
 */
final class InstructionSamples {
  private static final String MODRM_METHODS = "CDEGMNPQRSUVW";
  private static final byte[] FILL = {0x11, 0x22, 0x33, 0x44, 0x15, 0x26, 0x37, 0x48};
  private static final byte REGISTER = (byte) 0xc1;
  private static final byte BASE_DISPLACEMENT = 0x43;
  private static final byte BASE_INDEX = (byte) 0x84;

  private final Decoder decoder = new Decoder(InstructionSet.map());
  private final int mode;
  private final List<byte[]> samples = new ArrayList<>();

  private InstructionSamples(int mode) {
    this.mode = mode;
  }

  /** The samples of one mode, in the order of the maps. */
  static List<byte[]> of(int mode) {
    InstructionSamples samples = new InstructionSamples(mode);
    InstructionSet.map().all().forEach(samples::addRow);
    return samples.samples;
  }

  private void addRow(Opcode row) {
    boolean vector = row.feature().matches("MMX|S?SSE.*");
    boolean otherStackRegister =
        row.operands().stream().anyMatch(operand -> operand.type().matches("ST[2-7]"));
    if (otherStackRegister || vector && !CpuMode.is64(mode)) {
      return;
    }
    add(row, encode(row, REGISTER, false, false));
    if (hasModrm(row)) {
      add(row, encode(row, BASE_DISPLACEMENT, false, false));
    }
    if (!isPrefixed(row)) {
      add(row, encode(row, BASE_INDEX, false, true));
    }
    if (CpuMode.is64(mode)) {
      add(row, encode(row, BASE_INDEX, true, false));
    }
  }

  private void add(Opcode row, byte[] code) {
    if (decoder.decode(code, 0, code.length, mode, 0) == Decoder.Outcome.DECODED) {
      Decoded decoded = decoder.decoded();
      if (decoded.opcode() == row && row.factory().create(decoded) != null) {
        samples.add(Arrays.copyOf(code, decoded.length()));
      }
    }
  }

  private static boolean hasModrm(Opcode row) {
    return row.encoding().contains("/")
        || row.operands().stream()
            .anyMatch(operand -> MODRM_METHODS.indexOf(operand.method()) >= 0);
  }

  private static boolean isPrefixed(Opcode row) {
    return row.encoding().matches("(NP|66|F2|F3) .*");
  }

  /** The row's bytes; behind them what may be SIB byte, displacement and immediate. */
  private static byte[] encode(Opcode row, byte modrm, boolean rexW, boolean operandSize) {
    List<String> parts = new ArrayList<>(List.of(row.encoding().split(" ")));
    byte[] code = new byte[Decoder.MAX_LENGTH + FILL.length];
    int length = 0;
    if (operandSize) {
      code[length++] = 0x66;
    }
    if (isPrefixed(row)) {
      String prefix = parts.removeFirst();
      if (!prefix.equals("NP")) {
        code[length++] = (byte) Integer.parseInt(prefix, 16);
      }
    }
    if (rexW) {
      code[length++] = 0x48;
    }
    int register = 2;
    for (String part : parts) {
      if (part.startsWith("/")) {
        register = part.equals("/r") ? register : Integer.parseInt(part.substring(1));
      } else {
        code[length++] = (byte) Integer.parseInt(part.substring(0, 2), 16);
      }
    }
    if (hasModrm(row)) {
      code[length++] = (byte) (modrm | register << 3);
      if (modrm == BASE_INDEX) {
        code[length++] = (byte) 0x88;
      }
    }
    for (byte value : FILL) {
      code[length++] = value;
    }
    return Arrays.copyOf(code, Math.min(length, Decoder.MAX_LENGTH));
  }
}
