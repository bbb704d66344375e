package org.paravane.debug.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.InterruptController;
import org.paravane.core.cpu.Platform;
import org.paravane.core.io.PortBus;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;

class NextInstructionsTest {
  private static final long CODE = 0x5000;
  private static final long PRESENT = 1;
  private static final long ACCESSED = 1 << 5;

  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  private final Cpu cpu = new Cpu(0, memory, new PortBus(), new Bare());

  /** Surrounds a processor that executes nothing. */
  private static final class Bare implements Platform {
    @Override
    public void cpuid(Cpu cpu, int leaf, int subleaf, CpuidResult result) {
      result.set(0, 0, 0, 0);
    }

    @Override
    public long readMsr(Cpu cpu, int msr) {
      throw cpu.fault(GuestFault.GP, 0);
    }

    @Override
    public void writeMsr(Cpu cpu, int msr, long value) {
      throw cpu.fault(GuestFault.GP, 0);
    }

    @Override
    public long timeStampCounter(Cpu cpu) {
      return 0;
    }

    @Override
    public InterruptController interruptController(Cpu cpu) {
      throw new AssertionError("no interrupt is looked for");
    }
  }

  @BeforeEach
  void writeCode() {
    byte[] code = HexFormat.of().parseHex("31c0f4ebfd");
    memory.write(CODE, code, 0, code.length);
  }

  private void mapCodeAt(long linear) {
    long[] tables = {0x1000, 0x2000, 0x3000, 0x4000};
    for (int level = 0; level < tables.length; level++) {
      int index = (int) (linear >>> 39 - 9 * level & 0x1ff);
      memory.put64(tables[level] + index * 8L, (level == 3 ? CODE : tables[level + 1]) | PRESENT);
    }
    cpu.control.load(
        ControlRegisters.CR0_PE | ControlRegisters.CR0_PG,
        tables[0],
        ControlRegisters.CR4_PAE,
        ControlRegisters.EFER_LME | ControlRegisters.EFER_LMA);
  }

  @Test
  void linearAddressesAreTranslatedByThePageTables() {
    mapCodeAt(0xffff_ffff_8100_0000L);

    LinearView view = new LinearView(cpu);

    assertThat(view.translate(0xffff_ffff_8100_0123L)).hasValue(CODE + 0x123);
    assertThat(view.translate(0xffff_ffff_8100_1000L)).isEmpty();
  }

  @Test
  void aLookSetsNoAccessedBit() {
    mapCodeAt(0xffff_ffff_8100_0000L);

    byte[] found = new byte[2];
    int count = new LinearView(cpu).read(0xffff_ffff_8100_0000L, found);

    assertThat(count).isEqualTo(2);
    assertThat(found).containsExactly(0x31, 0xc0);
    assertThat(memory.get64(0x4000) & ACCESSED).isZero();
  }

  @Test
  void readingStopsWhereNothingIsMapped() {
    mapCodeAt(0xffff_ffff_8100_0000L);

    assertThat(new LinearView(cpu).read(0xffff_ffff_8100_0ffcL, new byte[15])).isEqualTo(4);
  }

  @Test
  void theNextInstructionsStartAtRip() {
    cpu.segments.loadParagraph(1, 0x500);
    cpu.rip(2);

    assertThat(NextInstructions.of(cpu))
        .hasSize(5)
        .first()
        .asString()
        .contains("5002:")
        .endsWith("hlt");
  }
}
