package org.paravane.core.host;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.decode.Decoded;

/**
 * Shifts and rotates (SDM Vol. 1 7.3.6). Flags that the manual leaves undefined are computed as {@link
 * org.paravane.core.instructions.integer.ShiftRotate} does, whatever the host's processor makes of them.
 */
final class ShiftInstructions {
  private static final int ROL = 0;
  private static final int ROR = 1;
  private static final int RCL = 2;
  private static final int RCR = 3;
  private static final int SHL = 4;
  private static final int SHR = 5;
  private static final int SAL = 6;
  private static final int SAR = 7;

  private static final int CARRY_OF_AH = 1;
  private static final int AUXILIARY_CARRY_OF_AH = 0x10;

  private final BlockCode block;
  private final Assembler code;

  ShiftInstructions(BlockCode block) {
    this.block = block;
    code = block.code;
  }

  /** A shift of ModR/M's operand by an immediate. */
  boolean byImmediate(Decoded d, int bits, int immediate) {
    int operation = operation(d);
    int count = immediate & (bits == 64 ? 63 : 31);
    boolean rotate = operation <= RCR;
    if (operation == RCL
        || operation == RCR
        || count == 0
        || d.isRegister() && IntegerInstructions.isHighByte(IntegerInstructions.rm(d, bits))
        || !d.isRegister() && block.flagsLive()
        || bits < 32 && block.flagsLive()) {
      return false;
    }
    if (!d.isRegister()) {
      block.check(d.memory(), bits >> 3, true);
      block.atOperand(bits, bits == 8 ? 0xc0 : 0xc1, operation);
      code.byteAt(count);
      block.flagsLost();
      return true;
    }
    int register = IntegerInstructions.rm(d, bits);
    int place = block.value(register, Assembler.RDX);
    if (block.flagsLive()) {
      code.move(64, Assembler.RCX, place);
    }
    code.registers(bits, bits == 8 ? 0xc0 : 0xc1, operation, place);
    code.byteAt(count);
    block.written(register, place);
    if (block.flagsLive()) {
      if (rotate) {
        rotateFlags(operation, bits);
      } else {
        shiftFlags(operation, bits);
      }
    }
    block.flagsLost();
    return true;
  }

  /** A shift of ModR/M's operand by CL. */
  boolean byCl(Decoded d, int bits) {
    int operation = operation(d);
    if (operation == RCL
        || operation == RCR
        || operation <= ROR && block.flagsLive()
        || bits < 32
        || !d.isRegister()) {
      return false;
    }
    block.get(Assembler.RCX, Cpu.RCX);
    int place = block.value(d.rm(), Assembler.RDX);
    if (!block.flagsLive()) {
      code.registers(bits, 0xd3, operation, place);
      block.written(d.rm(), place);
      block.flagsLost();
      return true;
    }
    block.store(HostState.SCRATCH, place);
    code.registers(bits, 0xd3, operation, place);
    block.written(d.rm(), place);
    // With a count of zero the flags stay; what is computed meanwhile is thrown away.
    block.loadHostFlags();
    code.registers(8, 0xf6, 0, Assembler.RCX);
    code.byteAt(bits - 1);
    int none = code.jumpIf(BlockCode.EQUAL);
    block.load(Assembler.RCX, HostState.SCRATCH);
    block.andAh(~AUXILIARY_CARRY_OF_AH);
    overflow(operation, bits);
    block.storeFlags();
    code.bind(none);
    block.flagsLost();
    return true;
  }

  private static int operation(Decoded d) {
    int operation = d.modrm() >> 3 & 7;
    return operation == SAL ? SHL : operation;
  }

  /** Makes the guest's flags those of a shift that was just done; RCX is what was shifted. */
  private void shiftFlags(int operation, int bits) {
    block.loadHostFlags();
    block.andAh(~AUXILIARY_CARRY_OF_AH);
    overflow(operation, bits);
    block.storeFlags();
  }

  /** Makes AL the OF that a shift by one would give; RCX is what is shifted. */
  private void overflow(int operation, int bits) {
    if (operation == SAR) {
      code.registers(8, 0xc6, 0, Assembler.RAX);
      code.byteAt(0);
      return;
    }
    if (operation == SHL || operation == ROL) {
      // The most significant bit xor the one below it.
      code.memory(64, 0x8d, Assembler.RDX, Assembler.RCX, Assembler.RCX, 0, 0);
      code.registers(64, 0x31, Assembler.RDX, Assembler.RCX);
    } else if (operation == ROR) {
      // The least significant bit, which becomes the most significant one, xor that.
      code.move(64, Assembler.RDX, Assembler.RCX);
      code.shift(64, SHL, Assembler.RDX, bits - 1);
      code.registers(64, 0x31, Assembler.RDX, Assembler.RCX);
    }
    code.registers(bits, 0x0fba, 4, Assembler.RCX);
    code.byteAt(bits - 1);
    code.registers(8, 0x0f92, 0, Assembler.RAX);
  }

  /** Merges CF and OF of a rotate that was just done into the guest's flags; RCX is what was rotated. */
  private void rotateFlags(int operation, int bits) {
    code.registers(8, 0x0f92, 0, Assembler.RDX);
    code.memory(8, 0x88, Assembler.RDX, HostState.STATE, HostState.at(HostState.SCRATCH));
    block.loadFlags();
    block.andAh(~CARRY_OF_AH);
    overflow(operation, bits);
    code.memory(8, 0x8a, Assembler.RCX, HostState.STATE, HostState.at(HostState.SCRATCH));
    block.orAhCl();
    block.storeFlags();
  }
}
