package org.paravane.core.instructions.vector;

import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.FpuState;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;

/**
 * FXSAVE and FXRSTOR, LDMXCSR and STMXCSR, and EMMS (SDM Vol. 1 10.5, 9.6.3).
 *
 * <pre>
 *   offset  0 FCW    2 FSW    4 abridged FTW    6 FOP
 *           8 FIP (64 bits with REX.W, else 32 bits, then FCS)
 *          16 FDP (64 bits with REX.W, else 32 bits, then FDS)
 *          24 MXCSR   28 MXCSR_MASK
 *          32 ST0 to ST7, 16 bytes each
 *         160 XMM0 to XMM7, in 64-bit mode to XMM15, 16 bytes each
 * </pre>
 */
final class SavedState {
  private static final int AREA_BYTES = 512;
  private static final int MXCSR_OFFSET = 24;
  private static final int ST_OFFSET = 32;
  private static final int XMM_OFFSET = 160;
  private static final int MXCSR_MASK = 0xffff;

  private SavedState() {}

  static void addTo(VectorRows rows) {
    rows.add(
        "FXSR",
        "NP 0F AE /0",
        "FXSAVE",
        "Mdq",
        d -> new Fxsave(d.memory(), d.rexW(), registers(d)));
    rows.add(
        "FXSR",
        "NP 0F AE /1",
        "FXRSTOR",
        "Mdq",
        d -> new Fxrstor(d.memory(), d.rexW(), registers(d)));
    rows.add("SSE", "NP 0F AE /2", "LDMXCSR", "Md", d -> new Ldmxcsr(d.memory()));
    rows.add("SSE", "NP 0F AE /3", "STMXCSR", "Md", d -> new Stmxcsr(d.memory()));
    rows.add("MMX", "NP 0F 77", "EMMS", "", d -> new Emms());
  }

  private static int registers(Decoded d) {
    return d.is64() ? 16 : 8;
  }

  record Emms() implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireMmx(cpu);
      // The manual excepts EMMS from clearing TOP; processors clear it all the same.
      cpu.fpu.enterMmx();
      cpu.fpu.empty = 0xff;
    }
  }

  record Ldmxcsr(MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      cpu.fpu.sse.mxcsr(checked(cpu, source.read32(cpu)));
    }
  }

  record Stmxcsr(MemoryOperand destination) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireSse(cpu);
      destination.write32(cpu, cpu.fpu.sse.mxcsr());
    }
  }

  private static int checked(Cpu cpu, int mxcsr) {
    if ((mxcsr & ~MXCSR_MASK) != 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
    return mxcsr;
  }

  private static void requireAligned(Cpu cpu, long linear) {
    if ((linear & 15) != 0) {
      throw cpu.fault(GuestFault.GP, 0);
    }
  }

  record Fxsave(MemoryOperand area, boolean wide, int registers) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireFxsr(cpu);
      long linear = area.forWrite(cpu, AREA_BYTES);
      requireAligned(cpu, linear);
      int segment = area.segment();
      cpu.memory.requireWritable(linear, segment, AREA_BYTES);
      FpuState fpu = cpu.fpu;
      long status = fpu.storedStatusWord();
      cpu.memory.write64(
          linear,
          segment,
          fpu.controlWord
              | status << 16
              | (~fpu.empty & 0xffL) << 32
              | (long) fpu.lastOpcode << 48);
      cpu.memory.write64(
          linear + 8, segment, pointer(fpu.lastInstruction, fpu.lastInstructionSelector));
      cpu.memory.write64(linear + 16, segment, pointer(fpu.lastOperand, fpu.lastOperandSelector));
      cpu.memory.write64(linear + MXCSR_OFFSET, segment, Lanes.dwords(fpu.sse.mxcsr(), MXCSR_MASK));
      for (int i = 0; i < 8; i++) {
        int physical = fpu.top + i & 7;
        cpu.memory.write64(linear + ST_OFFSET + 16L * i, segment, fpu.significand[physical]);
        cpu.memory.write64(
            linear + ST_OFFSET + 16L * i + 8, segment, fpu.signExponent[physical] & 0xffff);
      }
      for (int i = 0; i < 2 * registers; i++) {
        cpu.memory.write64(linear + XMM_OFFSET + 8L * i, segment, fpu.xmm[i]);
      }
    }

    private long pointer(long offset, int selector) {
      return wide ? offset : offset & 0xffff_ffffL | (selector & 0xffffL) << 32;
    }
  }

  record Fxrstor(MemoryOperand area, boolean wide, int registers) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      Availability.requireFxsr(cpu);
      long linear = area.forRead(cpu, AREA_BYTES);
      requireAligned(cpu, linear);
      int segment = area.segment();
      cpu.memory.requireReadable(linear, segment, AREA_BYTES);
      int mxcsr = checked(cpu, cpu.memory.read32(linear + MXCSR_OFFSET, segment));
      FpuState fpu = cpu.fpu;
      long words = cpu.memory.read64(linear, segment);
      fpu.loadWords((int) words & 0xffff, (int) (words >>> 16) & 0xffff);
      fpu.empty = (int) ~(words >>> 32) & 0xff;
      fpu.lastOpcode = (int) (words >>> 48) & 0x7ff;
      long instruction = cpu.memory.read64(linear + 8, segment);
      long operand = cpu.memory.read64(linear + 16, segment);
      fpu.lastInstruction = wide ? instruction : instruction & 0xffff_ffffL;
      fpu.lastInstructionSelector = wide ? 0 : (int) (instruction >>> 32) & 0xffff;
      fpu.lastOperand = wide ? operand : operand & 0xffff_ffffL;
      fpu.lastOperandSelector = wide ? 0 : (int) (operand >>> 32) & 0xffff;
      fpu.sse.mxcsr(mxcsr);
      for (int i = 0; i < 8; i++) {
        int physical = fpu.top + i & 7;
        fpu.significand[physical] = cpu.memory.read64(linear + ST_OFFSET + 16L * i, segment);
        fpu.signExponent[physical] = cpu.memory.read16(linear + ST_OFFSET + 16L * i + 8, segment);
      }
      for (int i = 0; i < 2 * registers; i++) {
        fpu.xmm[i] = cpu.memory.read64(linear + XMM_OFFSET + 8L * i, segment);
      }
    }
  }
}
