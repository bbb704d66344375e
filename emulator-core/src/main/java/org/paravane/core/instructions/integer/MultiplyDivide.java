package org.paravane.core.instructions.integer;

import static org.paravane.core.decode.Opcode.Trait.MAY_FAULT;
import static org.paravane.core.decode.Opcode.Trait.WRITES_FLAGS;

import org.paravane.core.OutOfLine;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.MemoryOperand;
import org.paravane.core.decode.Decoded;
import org.paravane.core.decode.OpcodeMap;

/**
 * MUL, IMUL, DIV and IDIV (SDM Vol. 1 7.3.2). Of the flags that the manual leaves undefined, multiplication sets SF
 * and PF by the low half and clears ZF and AF, and division leaves all as they were: so do Intel processors.
 */
public final class MultiplyDivide {
  static final int MUL = 4;
  static final int IMUL = 5;
  static final int DIV = 6;

  private MultiplyDivide() {}

  /** Adds the family's rows. */
  public static void addTo(OpcodeMap map) {
    map.add("F6 /4", "MUL", "Eb", d -> wide(d, MUL, 8), WRITES_FLAGS);
    map.add("F7 /4", "MUL", "Ev", d -> wide(d, MUL, d.operandSize()), WRITES_FLAGS);
    map.add("F6 /5", "IMUL", "Eb", d -> wide(d, IMUL, 8), WRITES_FLAGS);
    map.add("F7 /5", "IMUL", "Ev", d -> wide(d, IMUL, d.operandSize()), WRITES_FLAGS);
    map.add("F6 /6", "DIV", "Eb", d -> wide(d, DIV, 8), MAY_FAULT);
    map.add("F7 /6", "DIV", "Ev", d -> wide(d, DIV, d.operandSize()), MAY_FAULT);
    map.add("F6 /7", "IDIV", "Eb", d -> wide(d, DIV + 1, 8), MAY_FAULT);
    map.add("F7 /7", "IDIV", "Ev", d -> wide(d, DIV + 1, d.operandSize()), MAY_FAULT);
    map.add("0F AF", "IMUL", "Gv,Ev", MultiplyDivide::twoOperands, WRITES_FLAGS);
    map.add("69", "IMUL", "Gv,Ev,Iz", MultiplyDivide::threeOperands, WRITES_FLAGS);
    map.add("6B", "IMUL", "Gv,Ev,Ib", MultiplyDivide::threeOperands, WRITES_FLAGS);
  }

  private static Instruction wide(Decoded d, int operation, int bits) {
    return d.isRegister()
        ? new WideRegister(operation, bits, bits == 8 ? d.rm8() : d.rm())
        : new WideMemory(operation, bits, d.memory());
  }

  private static Instruction twoOperands(Decoded d) {
    int bits = d.operandSize();
    return d.isRegister()
        ? new RegisterRegister(bits, d.reg(), d.rm())
        : new RegisterMemory(bits, d.reg(), d.memory());
  }

  private static Instruction threeOperands(Decoded d) {
    int bits = d.operandSize();
    return d.isRegister()
        ? new RegisterImmediate(bits, d.reg(), d.rm(), d.immediate())
        : new MemoryImmediate(bits, d.reg(), d.memory(), d.immediate());
  }

  /** Sets the flags of a product of which {@code low}, sign-extended, is the lower half. */
  private static void flags(Cpu cpu, long low, boolean overflow) {
    // ZF is 0 whatever the product; the replacement has the sign and the parity of zero.
    cpu.flagResult = low != 0 ? low : 1L << 16;
    cpu.flagCarries = overflow ? Long.MIN_VALUE : 0;
  }

  /** The truncated signed product; operands need no masking. */
  static long multiply(Cpu cpu, int bits, long a, long b) {
    if (bits == 64) {
      long low = a * b;
      flags(cpu, low, Math.multiplyHigh(a, b) != low >> 63);
      return low;
    }
    int shift = 64 - bits;
    long product = (a << shift >> shift) * (b << shift >> shift);
    long low = product << shift >> shift;
    flags(cpu, low, low != product);
    return low;
  }

  private static void wide(Cpu cpu, int operation, int bits, long source) {
    switch (operation) {
      case MUL -> multiplyWide(cpu, false, bits, source);
      case IMUL -> multiplyWide(cpu, true, bits, source);
      case DIV -> divideUnsigned(cpu, bits, source);
      default -> divideSigned(cpu, bits, source);
    }
  }

  private static void multiplyWide(Cpu cpu, boolean signed, int bits, long source) {
    long a = cpu.get(Cpu.RAX, bits);
    if (bits == 64) {
      long low = a * source;
      long high = signed ? Math.multiplyHigh(a, source) : Math.unsignedMultiplyHigh(a, source);
      flags(cpu, low, high != (signed ? low >> 63 : 0));
      cpu.gpr[Cpu.RAX] = low;
      cpu.gpr[Cpu.RDX] = high;
      return;
    }
    int shift = 64 - bits;
    long product = signed ? (a << shift >> shift) * (source << shift >> shift) : a * source;
    long low = product << shift >> shift;
    flags(cpu, low, signed ? low != product : product >>> bits != 0);
    wideResult(cpu, bits, product, product >> bits);
  }

  /** Puts the halves into AX, DX:AX, EDX:EAX or RDX:RAX. */
  private static void wideResult(Cpu cpu, int bits, long low, long high) {
    if (bits == 8) {
      cpu.set16(Cpu.RAX, (int) (low & 0xff | high << 8));
    } else {
      cpu.set(Cpu.RAX, bits, low);
      cpu.set(Cpu.RDX, bits, high);
    }
  }

  /** The dividend of up to 64 bits: AX, DX:AX or EDX:EAX, zero-extended. */
  private static long dividend(Cpu cpu, int bits) {
    return bits == 8 ? cpu.get16(Cpu.RAX) : cpu.get(Cpu.RDX, bits) << bits | cpu.get(Cpu.RAX, bits);
  }

  private static void divideUnsigned(Cpu cpu, int bits, long divisor) {
    if (divisor == 0) {
      throw cpu.fault(GuestFault.DE);
    }
    if (bits == 64) {
      long high = cpu.gpr[Cpu.RDX];
      long low = cpu.gpr[Cpu.RAX];
      if (Long.compareUnsigned(high, divisor) >= 0) {
        throw cpu.fault(GuestFault.DE);
      }
      long quotient = quotient(high, low, divisor);
      cpu.gpr[Cpu.RAX] = quotient;
      cpu.gpr[Cpu.RDX] = low - quotient * divisor;
      return;
    }
    long dividend = dividend(cpu, bits);
    long quotient = Long.divideUnsigned(dividend, divisor);
    if (quotient >>> bits != 0) {
      throw cpu.fault(GuestFault.DE);
    }
    wideResult(cpu, bits, quotient, dividend - quotient * divisor);
  }

  private static void divideSigned(Cpu cpu, int bits, long source) {
    if (source == 0) {
      throw cpu.fault(GuestFault.DE);
    }
    if (bits == 64) {
      divideSigned64(cpu, source);
      return;
    }
    int shift = 64 - 2 * bits;
    long dividend = dividend(cpu, bits) << shift >> shift;
    long divisor = source << 64 - bits >> 64 - bits;
    if (dividend == Long.MIN_VALUE && divisor == -1) {
      throw cpu.fault(GuestFault.DE);
    }
    long quotient = dividend / divisor;
    if (quotient != quotient << 64 - bits >> 64 - bits) {
      throw cpu.fault(GuestFault.DE);
    }
    wideResult(cpu, bits, quotient, dividend - quotient * divisor);
  }

  private static void divideSigned64(Cpu cpu, long divisor) {
    long high = cpu.gpr[Cpu.RDX];
    long low = cpu.gpr[Cpu.RAX];
    boolean negative = high < 0;
    long magnitudeHigh = negative ? ~high + (low == 0 ? 1 : 0) : high;
    long magnitudeLow = negative ? -low : low;
    long magnitude = Math.abs(divisor);
    if (Long.compareUnsigned(magnitudeHigh, magnitude) >= 0) {
      throw cpu.fault(GuestFault.DE);
    }
    long quotient = quotient(magnitudeHigh, magnitudeLow, magnitude);
    long remainder = magnitudeLow - quotient * magnitude;
    boolean negativeQuotient = negative != divisor < 0;
    // The magnitude 2^63 only fits a negative quotient.
    if (quotient < 0 && !(negativeQuotient && quotient == Long.MIN_VALUE)) {
      throw cpu.fault(GuestFault.DE);
    }
    cpu.gpr[Cpu.RAX] = negativeQuotient ? -quotient : quotient;
    cpu.gpr[Cpu.RDX] = negative ? -remainder : remainder;
  }

  /** Divides 128 bits by 64, all unsigned; {@code high} is less than {@code divisor}. */
  @OutOfLine(OutOfLine.Registers.UNSEEN)
  public static long quotient(long high, long low, long divisor) {
    if (high == 0) {
      return Long.divideUnsigned(low, divisor);
    }
    // Long division in two digits of 32 bits: Knuth, The Art of Computer Programming Vol. 2, 4.3.1
    // algorithm D.
    int shift = Long.numberOfLeadingZeros(divisor);
    long normal = divisor << shift;
    long upper = shift == 0 ? high : high << shift | low >>> 64 - shift;
    long lower = low << shift;
    long first = digit(upper, lower >>> 32, normal);
    long rest = (upper << 32 | lower >>> 32) - first * normal;
    long second = digit(rest, lower & 0xffff_ffffL, normal);
    return first << 32 | second;
  }

  /** One 32-bit digit of {@code (high << 32 | next) / divisor}, whose top bit is set. */
  private static long digit(long high, long next, long divisor) {
    long divisorHigh = divisor >>> 32;
    long divisorLow = divisor & 0xffff_ffffL;
    long digit = Long.divideUnsigned(high, divisorHigh);
    long rest = high - digit * divisorHigh;
    while (digit >>> 32 != 0 || Long.compareUnsigned(digit * divisorLow, rest << 32 | next) > 0) {
      digit--;
      rest += divisorHigh;
      if (rest >>> 32 != 0) {
        break;
      }
    }
    return digit;
  }

  record WideRegister(int operation, int bits, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      wide(cpu, operation, bits, cpu.get(source, bits));
    }
  }

  record WideMemory(int operation, int bits, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      wide(cpu, operation, bits, source.read(cpu, bits));
    }
  }

  record RegisterRegister(int bits, int destination, int source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(destination, bits, multiply(cpu, bits, cpu.gpr[destination], cpu.gpr[source]));
    }
  }

  record RegisterMemory(int bits, int destination, MemoryOperand source) implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long value = source.read(cpu, bits);
      cpu.set(destination, bits, multiply(cpu, bits, cpu.gpr[destination], value));
    }
  }

  record RegisterImmediate(int bits, int destination, int source, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      cpu.set(destination, bits, multiply(cpu, bits, cpu.gpr[source], immediate));
    }
  }

  record MemoryImmediate(int bits, int destination, MemoryOperand source, long immediate)
      implements Instruction {
    @Override
    public void execute(Cpu cpu) {
      long value = source.read(cpu, bits);
      cpu.set(destination, bits, multiply(cpu, bits, value, immediate));
    }
  }
}
