package org.paravane.core.instructions.integer;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/** BSWAP, MOVBE and CRC32 (SDM Vol. 1 7.3.1, 7.3.17; Vol. 2A CRC32). None changes flags. */
public final class ByteOperations {
  private static final int CRC32C_POLYNOMIAL = 0x82f6_3b78;
  private static final int[] CRC32C = crc32cTable();

  private ByteOperations() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("0F C8+r", "BSWAP", "Zv", d -> new Swap(d.operandSize(), d.opcodeRegister()));
    for (String prefix : new String[] {"NP", "66"}) {
      map.add(
          "MOVBE",
          prefix + " 0F 38 F0",
          "MOVBE",
          "Gv,Mv",
          d -> new Load(d.operandSize(), d.reg(), d.memory()));
      map.add(
          "MOVBE",
          prefix + " 0F 38 F1",
          "MOVBE",
          "Mv,Gv",
          d -> new Store(d.operandSize(), d.memory(), d.reg()));
    }
    map.add("SSE4.2", "F2 0F 38 F0", "CRC32", "Gd,Eb", d -> checksum(d, 8));
    map.add("SSE4.2", "F2 0F 38 F1", "CRC32", "Gd,Ev", d -> checksum(d, d.operandSize()));
  }

  private static Instruction checksum(Decoded d, int bits) {
    return d.isRegister()
        ? new ChecksumRegister(bits, d.reg(), bits == 8 ? d.rm8() : d.rm())
        : new ChecksumMemory(bits, d.reg(), d.memory());
  }

  private static int[] crc32cTable() {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      int value = i;
      for (int bit = 0; bit < 8; bit++) {
        value = value >>> 1 ^ ((value & 1) != 0 ? CRC32C_POLYNOMIAL : 0);
      }
      table[i] = value;
    }
    return table;
  }

  private static void checksum(Cpu cpu, int bits, int destination, long source) {
    int sum = (int) cpu.gpr[destination];
    for (int i = 0; i < bits; i += 8) {
      sum = sum >>> 8 ^ CRC32C[(sum ^ (int) (source >>> i)) & 0xff];
    }
    cpu.set32(destination, sum);
  }

  record Swap(int bits, int register) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      switch (bits) {
        // Undefined by the manual; processors give zero.
        case 16 -> cpu.set16(register, 0);
        case 32 -> cpu.set32(register, Integer.reverseBytes((int) cpu.gpr[register]));
        default -> cpu.gpr[register] = Long.reverseBytes(cpu.gpr[register]);
      }
    }
  }

  record Load(int bits, int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(destination, bits, Long.reverseBytes(source.read(cpu, bits)) >>> 64 - bits);
    }
  }

  record Store(int bits, MemoryOperand destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      destination.write(cpu, bits, Long.reverseBytes(cpu.gpr[source]) >>> 64 - bits);
    }
  }

  record ChecksumRegister(int bits, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      checksum(cpu, bits, destination, cpu.get(source, bits));
    }
  }

  record ChecksumMemory(int bits, int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      checksum(cpu, bits, destination, source.read(cpu, bits));
    }
  }
}
