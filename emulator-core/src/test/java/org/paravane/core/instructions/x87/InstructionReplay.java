package org.paravane.core.instructions.x87;

import java.util.Arrays;
import java.util.HexFormat;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.Segments;
import org.paravane.core.decode.Decoder;
import org.paravane.core.execution.IdlePlatform;
import org.paravane.core.instructions.InstructionSet;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

/**
 * Executes the instruction of a vector line in the state that the line describes. Its columns: the two opcode bytes;
 * then control word, status word, empty registers as a bit mask, registers R0 to R7, status flags, memory operand (at
 * EDX) or -; then UD, MF, or the same after it ("=" for what has not changed) with the tag word behind the mask, and
 * AX, FOP, FIP ("I" for its own address, "-" for the one before), and FDP of the instructions that load or store the
 * environment.
 */
final class InstructionReplay {
  /** How many columns there are before the outcome. */
  static final int INPUTS = 14;

  private static final int CODE = 0x1000;
  private static final int OPERAND = 0x2000;
  private static final long FIP_BEFORE = 0x1111_1111;
  private static final long FDP_BEFORE = 0x2222_2222;
  private static final int AX_BEFORE = 0x1234;

  final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 16));
  final Cpu cpu = new Cpu(0, memory, new PortBus(), new IdlePlatform());
  private final Decoder decoder = new Decoder(InstructionSet.map());

  InstructionReplay() {
    cpu.control.load(ControlRegisters.CR0_PE | ControlRegisters.CR0_NE, 0, 0, 0);
    int data = Segments.RIGHT_P | Segments.RIGHT_S | Segments.RIGHT_DB | Segments.RIGHT_G | 3;
    for (int segment = Segments.ES; segment <= Segments.GS; segment++) {
      cpu.segments.set(segment, 0x18, 0, -1, data);
    }
    cpu.segments.set(Segments.CS, 0x10, 0, -1, data | Segments.TYPE_CODE);
    cpu.updateMode();
    cpu.rip(CODE);
  }

  /** Executes one instruction of 32-bit code at 0x1000. */
  void execute(String hex) {
    byte[] bytes = Arrays.copyOf(HexFormat.of().parseHex(hex.replace(" ", "")), Decoder.MAX_LENGTH);
    if (decoder.decode(bytes, 0, bytes.length, cpu.mode, 0) != Decoder.Outcome.DECODED) {
      throw cpu.fault(GuestFault.UD);
    }
    Instruction instruction = decoder.decoded().opcode().factory().create(decoder.decoded());
    instruction.execute(cpu);
  }

  /** The columns of the outcome. */
  String replay(String[] columns) {
    if (columns.length > 2) {
      load(columns);
    }
    try {
      execute(columns[0]);
    } catch (GuestFault fault) {
      return fault.vector() == GuestFault.MF ? "MF" : "UD";
    }
    return outcome(columns);
  }

  private void load(String[] columns) {
    cpu.fpu.loadWords(HexFormat.fromHexDigits(columns[1]), HexFormat.fromHexDigits(columns[2]));
    cpu.fpu.empty = HexFormat.fromHexDigits(columns[3]);
    for (int i = 0; i < 8; i++) {
      cpu.fpu.signExponent[i] = HexFormat.fromHexDigits(columns[4 + i], 0, 4);
      cpu.fpu.significand[i] = HexFormat.fromHexDigitsToLong(columns[4 + i], 5, 21);
    }
    cpu.fpu.lastInstruction = FIP_BEFORE;
    cpu.fpu.lastInstructionSelector = 0;
    cpu.fpu.lastOpcode = 0x123;
    cpu.fpu.lastOperand = FDP_BEFORE;
    cpu.fpu.lastOperandSelector = 0;
    cpu.statusFlags(HexFormat.fromHexDigits(columns[12]));
    cpu.set32(Cpu.RAX, AX_BEFORE);
    cpu.set32(Cpu.RDX, OPERAND);
    if (!columns[13].equals("-")) {
      byte[] operand = HexFormat.of().parseHex(columns[13]);
      memory.write(OPERAND, operand, 0, operand.length);
    }
  }

  private String outcome(String[] columns) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%04x %04x %02x %04x"
            .formatted(
                cpu.fpu.controlWord, cpu.fpu.storedStatusWord(), cpu.fpu.empty, cpu.x87.tagWord()));
    for (int i = 0; i < 8; i++) {
      String register = "%04x:%016x".formatted(cpu.fpu.signExponent[i], cpu.fpu.significand[i]);
      text.append(' ').append(register.equals(columns[4 + i]) ? "=" : register);
    }
    text.append(" %03x ".formatted(cpu.statusFlags()));
    if (columns[13].equals("-")) {
      text.append('-');
    } else {
      byte[] operand = new byte[columns[13].length() / 2];
      memory.read(OPERAND, operand, 0, operand.length);
      String after = HexFormat.of().formatHex(operand);
      text.append(after.equals(columns[13]) ? "=" : after);
    }
    long fip = cpu.fpu.lastInstruction;
    text.append(" %04x %03x ".formatted(cpu.get16(Cpu.RAX), cpu.fpu.lastOpcode));
    text.append(fip == FIP_BEFORE ? "-" : fip == CODE ? "I" : "%08x".formatted(fip));
    boolean environment = columns[13].length() > 32;
    text.append(environment ? " %08x".formatted(cpu.fpu.lastOperand) : " -");
    return text.toString();
  }
}
