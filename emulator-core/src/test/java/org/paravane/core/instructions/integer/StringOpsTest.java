package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Rflags;
import org.paravane.core.cpu.Segments;

class StringOpsTest {
  private static final long START = 0x1000;
  private static final int AREA = 0x20000;
  private static final int AREA_BYTES = 0x8000;

  private final SingleStepper stepper = new SingleStepper();
  private final Cpu cpu = stepper.cpu;

  @BeforeEach
  void fillMemory() {
    byte[] bytes = new byte[AREA_BYTES];
    new Random(1).nextBytes(bytes);
    stepper.memory.write(AREA, bytes, 0, bytes.length);
  }

  private byte[] area() {
    byte[] bytes = new byte[AREA_BYTES];
    stepper.memory.read(AREA, bytes, 0, bytes.length);
    return bytes;
  }

  private void pointers(long rsi, long rdi, long rcx) {
    cpu.gpr[Cpu.RSI] = rsi;
    cpu.gpr[Cpu.RDI] = rdi;
    cpu.gpr[Cpu.RCX] = rcx;
    cpu.rip(START);
  }

  /** Executes until RIP leaves the instruction and gives how many executions that took. */
  private int finish(String hex) {
    int executions = 0;
    do {
      stepper.step(hex);
      executions++;
    } while (cpu.rip() == START);
    assertThat(cpu.rip()).isEqualTo(START + hex.length() / 2);
    return executions;
  }

  private static String repeat(int bits, int opcode) {
    return "f3" + SingleStepper.encode(bits, "%02x".formatted(opcode), 0).replaceAll("..$", "");
  }

  @Test
  void repeatedMovesEqualElementwiseCopies() {
    Random random = new Random(7);
    for (int i = 0; i < 400; i++) {
      int size = 1 << random.nextInt(4);
      int count = random.nextInt(i % 4 == 0 ? 9000 / size : 40);
      int source = 0x3000 + random.nextInt(0x1000);
      // Often overlapping, in front of and behind the source, by less than an element too.
      int target = i % 2 == 0 ? source + random.nextInt(40) - 20 : 0x2800 + random.nextInt(0x1800);
      boolean backward = i % 5 == 0;
      int step = backward ? -size : size;
      byte[] expected = area();
      for (int element = 0, from = source, to = target; element < count; element++) {
        byte[] value = java.util.Arrays.copyOfRange(expected, from, from + size);
        System.arraycopy(value, 0, expected, to, size);
        from += step;
        to += step;
      }
      cpu.systemFlags = backward ? Rflags.DF : 0;
      pointers(AREA + source, AREA + target, count);
      finish(repeat(size * 8, 0xa5));
      assertThat(area())
          .as("%d elements of %d from %#x to %#x", count, size, source, target)
          .isEqualTo(expected);
      assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(AREA + source + (long) step * count);
      assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(AREA + target + (long) step * count);
      assertThat(cpu.gpr[Cpu.RCX]).isZero();
    }
  }

  @Test
  void repeatedStoresEqualElementwiseStores() {
    Random random = new Random(8);
    for (int i = 0; i < 200; i++) {
      int size = 1 << random.nextInt(4);
      int count = random.nextInt(i % 4 == 0 ? 9000 / size : 40);
      int target = 0x2800 + random.nextInt(0x1800);
      long value = random.nextLong();
      byte[] expected = area();
      for (int at = 0; at < count * size; at++) {
        expected[target + at] = (byte) (value >>> at % size * 8);
      }
      cpu.gpr[Cpu.RAX] = value;
      pointers(0x55, AREA + target, count);
      finish(repeat(size * 8, 0xab));
      assertThat(area()).isEqualTo(expected);
      assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(AREA + target + (long) size * count);
      assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(0x55);
      assertThat(cpu.gpr[Cpu.RCX]).isZero();
    }
  }

  @Test
  void oneExecutionDoesAPageOfWorkWhateverTheAlignment() {
    pointers(AREA, AREA + 0x4123, 10_000);
    stepper.step("f3a4");
    assertThat(cpu.rip()).isEqualTo(START);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(10_000 - 4096);
    assertThat(finish("f3a4")).isEqualTo(2);
  }

  @Test
  void singleSteppingTrapsAfterEachIteration() {
    cpu.systemFlags = Rflags.TF;
    pointers(AREA, AREA + 0x1000, 3);
    assertThat(finish("f3a4")).isEqualTo(3);
  }

  @Test
  void aFaultLeavesTheStateOfTheLastCompleteIteration() {
    stepper.page64();
    stepper.protect(AREA + 0x3000, 0);
    pointers(AREA, AREA + 0x2ffa, 100);
    assertThat(stepper.faultOf("f3 66a5")).isEqualTo(GuestFault.PF);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(97);
    assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(AREA + 6);
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(AREA + 0x3000);
    assertThat(cpu.rip()).isEqualTo(START);
    assertThat(cpu.control.cr2()).isEqualTo(AREA + 0x3000);
    stepper.protect(AREA + 0x3000, 7);
    finish("f366a5");
    assertThat(java.util.Arrays.copyOfRange(area(), 0x2ffa, 0x2ffa + 200))
        .isEqualTo(java.util.Arrays.copyOf(area(), 200));
  }

  @Test
  void anElementAcrossAFaultingPageIsNotWrittenInPart() {
    stepper.page64();
    stepper.protect(AREA + 0x3000, 5);
    byte[] before = area();
    cpu.gpr[Cpu.RAX] = 0;
    pointers(0, AREA + 0x2ffe, 1);
    assertThat(stepper.faultOf("f3ab")).isEqualTo(GuestFault.PF);
    assertThat(area()).isEqualTo(before);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(1);
  }

  @Test
  void comparisonsStopAtTheFirstDifference() {
    byte[] same = new byte[600];
    stepper.memory.write(AREA, same, 0, 600);
    stepper.memory.write(AREA + 0x1000, same, 0, 600);
    stepper.memory.put8(AREA + 0x1000 + 500, 3);
    pointers(AREA, AREA + 0x1000, 600);
    finish("f3a6");
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(99);
    assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(AREA + 501);
    assertThat(cpu.statusFlags()).isEqualTo(Rflags.CF | Rflags.AF | Rflags.SF);
  }

  @Test
  void scansStopAtTheFirstMatchAndGoOnInTheNextExecution() {
    byte[] spaces = new byte[6000];
    java.util.Arrays.fill(spaces, (byte) ' ');
    stepper.memory.write(AREA, spaces, 0, 6000);
    stepper.memory.put8(AREA + 5000, 0);
    cpu.gpr[Cpu.RAX] = 0;
    pointers(0, AREA, -1);
    assertThat(finish("f2ae")).isEqualTo(2);
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(AREA + 5001);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(-1 - 5001);
    assertThat(cpu.zero()).isTrue();
  }

  @Test
  void aFaultInAComparisonLeavesTheFlags() {
    stepper.page64();
    stepper.protect(AREA + 0x1000, 0);
    cpu.gpr[Cpu.RAX] = stepper.memory.get8(AREA + 0xfff) ^ 1;
    cpu.statusFlags(Rflags.ZF | Rflags.OF);
    pointers(0, AREA + 0xfff, 5);
    assertThat(stepper.faultOf("f2ae")).isEqualTo(GuestFault.PF);
    assertThat(cpu.statusFlags()).isEqualTo(Rflags.ZF | Rflags.OF);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(4);
  }

  @Test
  void aCountOfZeroDoesNothingButClearUpperHalvesOf32BitAddresses() {
    cpu.statusFlags(Rflags.OF);
    pointers(0x1_0000_0001L, 0x2_0000_0002L, 0);
    finish("f3a6");
    assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(0x1_0000_0001L);
    pointers(0x1_0000_0001L, 0x2_0000_0002L, 0x3_0000_0000L);
    finish("67f3a6");
    assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(1);
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(2);
    assertThat(cpu.gpr[Cpu.RCX]).isZero();
    assertThat(cpu.statusFlags()).isEqualTo(Rflags.OF);
  }

  @Test
  void theSourceTakesASegmentOverrideAndTheDestinationNone() {
    cpu.segments.setBase(Segments.FS, AREA);
    pointers(8, AREA + 0x1000, 1);
    stepper.step("6448a5");
    assertThat(stepper.memory.get64(AREA + 0x1000)).isEqualTo(stepper.memory.get64(AREA + 8));
    assertThat(cpu.gpr[Cpu.RSI]).isEqualTo(16);
  }

  @Test
  void loadsWriteTheAccumulatorAtTheirWidth() {
    cpu.gpr[Cpu.RAX] = -1;
    pointers(AREA, 0, 0);
    stepper.memory.put64(AREA, 0x8877_6655_4433_2211L);
    stepper.step("ac");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0xffff_ffff_ffff_ff11L);
    stepper.step("ad");
    assertThat(cpu.gpr[Cpu.RAX]).isEqualTo(0x5544_3322L);
  }

  @Test
  void sixteenBitPointersWrapInTheirSegment() {
    stepper.enter16();
    cpu.segments.loadParagraph(Segments.ES, 0x2000);
    cpu.gpr[Cpu.RAX] = 0xaa;
    cpu.gpr[Cpu.RDI] = 0x7777_0000_fffeL;
    cpu.gpr[Cpu.RCX] = 0x5555_0000_0004L;
    cpu.systemFlags = 0;
    stepper.step("f3aa");
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(0x7777_0000_0002L);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(0x5555_0000_0000L);
    assertThat(stepper.memory.get16(0x2fffe)).isEqualTo(0xaaaa);
    assertThat(stepper.memory.get16(0x20000)).isEqualTo(0xaaaa);
    assertThat(cpu.rip()).isEqualTo(0x102);
  }

  @Test
  void segmentLimitsStopARepeatedStore() {
    int limit = 0x1_0fff;
    stepper.enter32(limit);
    pointers(0, limit - 5, 4);
    assertThat(stepper.faultOf("f3ab")).isEqualTo(GuestFault.GP);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(3);
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(limit - 1);
  }
}
