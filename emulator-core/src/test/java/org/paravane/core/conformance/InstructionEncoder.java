package org.paravane.core.conformance;

import java.io.ByteArrayOutputStream;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.paravane.core.conformance.InstructionForm.RmOperand;
import org.paravane.core.conformance.InstructionForm.Size;
import org.paravane.core.decode.Opcode;
import org.paravane.core.decode.OperandCode;

/** Writes random encodings of instruction forms. */
final class InstructionEncoder {
  private static final int RIP_RELATIVE = -2;
  private static final int RSP = 4;
  private static final int RBP = 5;
  private static final long[] BOUNDARY_IMMEDIATES = {
    0,
    1,
    -1,
    2,
    7,
    8,
    15,
    16,
    31,
    32,
    33,
    63,
    64,
    0x7f,
    -0x80,
    0x7fff,
    -0x8000,
    0x7fff_ffff,
    -0x8000_0000L,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  /** Instructions that ignore, or are made another by, REP and REPNE; the prefix is generated only with these. */
  private static final Set<String> STRING_OPCODES =
      Set.of("A4", "A5", "A6", "A7", "AA", "AB", "AC", "AD", "AE", "AF");

  private final RandomGenerator random;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(16);

  InstructionEncoder(RandomGenerator random) {
    this.random = random;
  }

  /** Tells, once in {@code n} times on average, yes. */
  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** A random encoding of a form, at a random place, now and then across two pages. */
  Encoded encode(InstructionForm form) {
    return encode(form, GuestLayout.CODE + (oneIn(8) ? 0x1000 - random.nextInt(1, 15) : 0xc00));
  }

  /** A random encoding of a form for an address. */
  Encoded encode(InstructionForm form, long address) {
    Encoded e = new Encoded(form);
    out.reset();
    e.address = address;
    boolean memory = form.operand() == RmOperand.MEMORY;
    boolean offset = form.row().operands().stream().anyMatch(o -> o.method() == 'O');
    boolean lock = memory && form.row().has(Opcode.Trait.LOCKABLE) && oneIn(4);
    if (lock) {
      out.write(0xf0);
    }
    segmentPrefix(e, memory || offset);
    e.address32 = oneIn(10);
    if (e.address32) {
      out.write(0x67);
    }
    if (form.size() == Size.PREFIX_66) {
      out.write(0x66);
    }
    if (form.prefix() != 0) {
      out.write(form.prefix());
      e.repeated =
          form.prefix() != 0x66 && STRING_OPCODES.contains(form.row().encoding().substring(3));
    }
    int rexBits = form.size() == Size.REX_W ? 8 : 0;
    e.reg = form.modrmReg() >= 0 ? form.modrmReg() : random.nextInt(8);
    if (form.modrmReg() < 0 && takesExtension(form, "GVCDR") && oneIn(2)) {
      e.reg |= 8;
      rexBits |= 4;
    }
    int modrm = -1;
    if (form.modrmByte() >= 0) {
      modrm = form.modrmByte();
      e.reg = modrm >> 3 & 7;
      e.rm = modrm & 7;
    } else if (form.operand() == RmOperand.REGISTER) {
      do {
        e.rm = random.nextInt(8);
      } while (e.rm == RSP && form.row().has(Opcode.Trait.BRANCH));
      modrm = 0xc0 | (e.reg & 7) << 3 | e.rm;
      if (takesExtension(form, "EWURM") && oneIn(2)) {
        e.rm |= 8;
        rexBits |= 1;
      }
    } else if (memory) {
      chooseAddress(e);
      rexBits |= e.base >= 8 ? 1 : 0;
      rexBits |= e.index >= 8 ? 2 : 0;
    } else if (form.registerInOpcode()) {
      e.opcodeRegister = random.nextInt(16);
      rexBits |= e.opcodeRegister >> 3;
    }
    e.rex = rexBits != 0 || oneIn(4);
    if (e.rex) {
      out.write(0x40 | rexBits);
    }
    byte[] opcode = form.opcode().clone();
    opcode[opcode.length - 1] |= (byte) (e.opcodeRegister & 7);
    out.writeBytes(opcode);
    int addressPatch = -1;
    if (memory) {
      addressPatch = memoryModrm(e);
    } else if (modrm >= 0) {
      out.write(modrm);
    }
    for (OperandCode operand : form.row().operands()) {
      immediate(e, operand);
    }
    e.bytes = out.toByteArray();
    if (addressPatch >= 0) {
      // RIP-relative: the displacement counts from the end.
      long displacement =
          e.fixedAddress - (e.gs ? GuestLayout.DATA : 0) - (e.address + e.bytes.length);
      for (int i = 0; i < 4; i++) {
        e.bytes[addressPatch + i] = (byte) (displacement >> 8 * i);
      }
    }
    return e;
  }

  private static boolean takesExtension(InstructionForm form, String methods) {
    return form.row().operands().stream().anyMatch(o -> methods.indexOf(o.method()) >= 0);
  }

  private void segmentPrefix(Encoded e, boolean memory) {
    if (!oneIn(8)) {
      return;
    }
    if (memory && oneIn(2)) {
      e.gs = true;
      out.write(0x65);
    } else if (!e.form.row().has(Opcode.Trait.BRANCH)) {
      out.write(new int[] {0x26, 0x2e, 0x36, 0x3e}[random.nextInt(4)]);
    }
  }

  /** Chooses the registers of an address. */
  private void chooseAddress(Encoded e) {
    switch (random.nextInt(8)) {
      case 0 -> e.base = RIP_RELATIVE;
      case 1 -> {}
      case 2, 3 -> {
        e.base = register(e);
        e.index = register(e);
        e.scale = random.nextInt(4);
      }
      case 4 -> {
        e.index = register(e);
        e.scale = random.nextInt(4);
      }
      default -> e.base = register(e);
    }
    if (e.index == RSP) {
      e.index = Encoded.NONE;
    }
  }

  /** A register for an address that may hold any value; bit tests need the bit offset's register for themselves. */
  private int register(Encoded e) {
    while (true) {
      int register = random.nextInt(16);
      if (register != e.reg || !e.mnemonic().startsWith("BT")) {
        return register;
      }
    }
  }

  /** Writes ModR/M, SIB and displacement; gives the place of a displacement that counts from RIP, or -1. */
  private int memoryModrm(Encoded e) {
    int reg = (e.reg & 7) << 3;
    if (e.base == RIP_RELATIVE) {
      e.base = Encoded.NONE;
      e.fixedAddress = fixed(e);
      out.write(reg | 5);
      int patch = out.size();
      little(0, 4);
      return patch;
    }
    boolean sib =
        e.index != Encoded.NONE || e.base == Encoded.NONE || (e.base & 7) == RSP || oneIn(8);
    int mod = e.base == Encoded.NONE ? 0 : random.nextInt(3);
    if (mod == 0 && e.base != Encoded.NONE && (e.base & 7) == RBP) {
      mod = 1;
    }
    out.write(mod << 6 | reg | (sib ? 4 : e.base & 7));
    if (sib) {
      int index = e.index == Encoded.NONE ? 4 : e.index & 7;
      int base = e.base == Encoded.NONE ? 5 : e.base & 7;
      out.write(e.scale << 6 | index << 3 | base);
    }
    if (e.base == Encoded.NONE && e.index == Encoded.NONE) {
      e.fixedAddress = fixed(e);
      e.displacement = e.gs ? e.fixedAddress - GuestLayout.DATA : e.fixedAddress;
      little(e.displacement, 4);
    } else if (mod == 1) {
      e.displacement = (byte) random.nextInt();
      little(e.displacement, 1);
    } else if (mod == 2 || e.base == Encoded.NONE) {
      e.displacement = oneIn(2) ? random.nextInt(-0x1000, 0x1000) : random.nextInt();
      little(e.displacement, 4);
    }
    return -1;
  }

  private long fixed(Encoded e) {
    return StateGenerator.operandAddress(random, e.mnemonic());
  }

  private void immediate(Encoded e, OperandCode operand) {
    int bits = e.form.operandSize();
    int size =
        switch (operand.method()) {
          case 'I' ->
              switch (operand.type()) {
                case "b" -> 1;
                case "w" -> 2;
                case "z" -> bits == 16 ? 2 : 4;
                default -> bits / 8;
              };
          case 'J' -> operand.type().equals("b") ? 1 : 4;
          case 'O' -> e.address32 ? 4 : 8;
          default -> 0;
        };
    if (size == 0) {
      return;
    }
    switch (operand.method()) {
      case 'J' -> e.immediate = branchDisplacement(e, size);
      case 'O' -> {
        e.fixedAddress = fixed(e);
        e.immediate = e.gs ? e.fixedAddress - GuestLayout.DATA : e.fixedAddress;
      }
      default ->
          e.immediate =
              oneIn(2)
                  ? random.nextLong()
                  : BOUNDARY_IMMEDIATES[random.nextInt(BOUNDARY_IMMEDIATES.length)];
    }
    if (e.mnemonic().equals("ENTER")) {
      // The frame must stay on the stack page.
      e.immediate = size == 2 ? random.nextInt(64) : random.nextInt(16) | (oneIn(2) ? 0xe0 : 0);
    } else if (e.mnemonic().equals("RET")) {
      e.immediate = random.nextInt(512);
    }
    little(e.immediate, size);
  }

  /** A distance to the INT3s of the code pages: not into the instruction itself, nor the jump behind it. */
  private long branchDisplacement(Encoded e, int size) {
    if (oneIn(8)) {
      return 0;
    }
    long end = e.address + out.size() + size;
    while (true) {
      long displacement = size == 1 ? (byte) random.nextInt() : random.nextInt(-0x2000, 0x2000);
      long target = end + displacement;
      boolean onPages =
          target >= GuestLayout.CODE && target < GuestLayout.CODE + GuestLayout.CODE_BYTES - 16;
      if (onPages && (target < e.address || target >= end + 5)) {
        return displacement;
      }
    }
  }

  private void little(long value, int size) {
    for (int i = 0; i < size; i++) {
      out.write((int) (value >> 8 * i));
    }
  }
}
