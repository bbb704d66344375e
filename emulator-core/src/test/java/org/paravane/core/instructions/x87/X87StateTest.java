package org.paravane.core.instructions.x87;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.ControlRegisters;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.Segments;

/** Availability, pending exceptions, pointers, environment layouts and restart after faults. */
class X87StateTest {
  private static final String FNINIT = "dbe3";
  private static final String FLD1 = "d9e8";
  private static final String FLDZ = "d9ee";
  private static final String FLDPI = "d9eb";
  private static final String FDIVP = "def9";
  private static final String FWAIT = "9b";
  private static final String FNSTSW_AX = "dfe0";
  private static final String FNSTENV_EDX = "d932";
  private static final String FLDCW_EDX = "d92a";

  /** Everything but division by zero is masked. */
  private static final int ZERO_DIVIDE_UNMASKED = 0x37b;

  private final InstructionReplay guest = new InstructionReplay();
  private final Cpu cpu = guest.cpu;

  private void cr0(long value) {
    cpu.control.load(value, 0, 0, 0);
  }

  private int faultOf(String hex) {
    GuestFault fault = catchThrowableOfType(GuestFault.class, () -> guest.execute(hex));
    return fault == null ? -1 : fault.vector();
  }

  private void run(String... instructions) {
    for (String hex : instructions) {
      guest.execute(hex);
    }
  }

  private int read16(int address) {
    return (int) guest.memory.busRead(address, 2);
  }

  private int read32(int address) {
    return (int) guest.memory.busRead(address, 4);
  }

  /** Leaves a division by zero pending. */
  private void divideByZero() {
    cpu.set32(Cpu.RDX, 0x2000);
    guest.memory.busWrite(0x2000, 2, ZERO_DIVIDE_UNMASKED);
    run(FNINIT, FLDCW_EDX, FLD1, FLDZ, FDIVP);
  }

  @Test
  void taskSwitchedAndEmulationMakeTheUnitUnavailable() {
    cr0(ControlRegisters.CR0_PE | ControlRegisters.CR0_TS);
    assertThat(faultOf(FLD1)).isEqualTo(GuestFault.NM);
    assertThat(faultOf(FNINIT)).isEqualTo(GuestFault.NM);
    assertThat(faultOf(FNSTSW_AX)).isEqualTo(GuestFault.NM);
    cr0(ControlRegisters.CR0_PE | ControlRegisters.CR0_EM);
    assertThat(faultOf(FLD1)).isEqualTo(GuestFault.NM);
  }

  @Test
  void waitTrapsOnlyWithTaskSwitchedAndMonitorCoprocessor() {
    cr0(ControlRegisters.CR0_PE | ControlRegisters.CR0_TS);
    assertThat(faultOf(FWAIT)).isEqualTo(-1);
    cr0(ControlRegisters.CR0_PE | ControlRegisters.CR0_EM | ControlRegisters.CR0_MP);
    assertThat(faultOf(FWAIT)).isEqualTo(-1);
    cr0(ControlRegisters.CR0_PE | ControlRegisters.CR0_TS | ControlRegisters.CR0_MP);
    assertThat(faultOf(FWAIT)).isEqualTo(GuestFault.NM);
  }

  @Test
  void anUnmaskedExceptionIsReportedByTheNextWaitingInstruction() {
    divideByZero();
    assertThat(cpu.fpu.storedStatusWord() & 0x8084).isEqualTo(0x8084);
    assertThat(faultOf(FWAIT)).isEqualTo(GuestFault.MF);
    assertThat(faultOf(FLD1)).isEqualTo(GuestFault.MF);
    assertThat(faultOf(FLDCW_EDX)).isEqualTo(GuestFault.MF);
    assertThat(faultOf(FNSTSW_AX)).isEqualTo(-1);
    run("dbe2");
    assertThat(faultOf(FWAIT)).isEqualTo(-1);
  }

  @Test
  void withoutNumericErrorAPendingExceptionIsIgnored() {
    divideByZero();
    cr0(ControlRegisters.CR0_PE);
    assertThat(faultOf(FWAIT)).isEqualTo(-1);
    assertThat(faultOf(FLD1)).isEqualTo(-1);
  }

  @Test
  void unmaskingARaisedExceptionMakesItPending() {
    run(FNINIT, FLD1, FLDZ, FDIVP);
    assertThat(faultOf(FWAIT)).isEqualTo(-1);
    cpu.set32(Cpu.RDX, 0x2000);
    guest.memory.busWrite(0x2000, 2, ZERO_DIVIDE_UNMASKED);
    run(FLDCW_EDX);
    assertThat(faultOf(FWAIT)).isEqualTo(GuestFault.MF);
  }

  @Test
  void resultsAreCarriedOverTheStack() {
    run(FNINIT, FLD1, FLDPI, "dec1", FLD1, "d9c9");
    assertThat(cpu.x87.signExponent(0)).isEqualTo(0x4001);
    assertThat(cpu.x87.significand(0)).isEqualTo(0x8487_ed51_10b4_611aL);
    assertThat(cpu.x87.signExponent(1)).isEqualTo(0x3fff);
    assertThat(cpu.fpu.top).isEqualTo(6);
  }

  @Test
  void theProtectedModeEnvironmentHoldsSelectorsAndTheOpcodeOfTheException() {
    divideByZero();
    run(FNSTENV_EDX);
    assertThat(read32(0x2000)).isEqualTo(0xffff_037b);
    assertThat(read32(0x2004)).isEqualTo(0xffff_b084);
    assertThat(read32(0x2008)).isEqualTo(0xffff_1fff);
    assertThat(read32(0x200c)).isEqualTo(0x1000);
    assertThat(read32(0x2010)).isEqualTo(0x06f9_0010);
    assertThat(cpu.fpu.controlWord).isEqualTo(0x37f);
    assertThat(faultOf(FWAIT)).isEqualTo(-1);
  }

  @Test
  void theOperandPointerIsAnOffsetWithItsSelector() {
    cpu.segments.set(Segments.FS, 0x20, 0x100, -1, cpu.segments.rights[Segments.DS]);
    cpu.set32(Cpu.RDX, 0x2000);
    run(FNINIT, "64d90530200000", FNSTENV_EDX);
    assertThat(read32(0x2014)).isEqualTo(0x2030);
    assertThat(read32(0x2018)).isEqualTo(0xffff_0020);
  }

  @Test
  void realModeEnvironmentsHoldLinearPointers() {
    cr0(ControlRegisters.CR0_NE);
    int rights = Segments.RIGHT_P | Segments.RIGHT_S | 3;
    cpu.segments.set(Segments.CS, 0x1234, 0x12340, 0xffff, rights);
    cpu.segments.set(Segments.DS, 0x0100, 0x1000, 0xffff, rights);
    cpu.updateMode();
    cpu.rip(0x5670);
    run(FNINIT, "d9063004", "d9361000", "66d9363000");
    assertThat(read16(0x1010 + 6)).isEqualTo(0x79b0);
    assertThat(read16(0x1010 + 8)).isEqualTo(0x1000);
    assertThat(read16(0x1010 + 10)).isEqualTo(0x1430);
    assertThat(read16(0x1010 + 12)).isZero();
    assertThat(read32(0x1030 + 12)).isEqualTo(0xffff_79b0);
    assertThat(read32(0x1030 + 16)).isEqualTo(0x1000);
    assertThat(read32(0x1030 + 20)).isEqualTo(0xffff_1430);
    run(FNINIT, "66d9263000");
    assertThat(cpu.fpu.lastInstruction).isEqualTo(0x179b0);
    assertThat(cpu.fpu.lastOperand).isEqualTo(0x1430);
  }

  @Test
  void savingInitialisesAndRestoringBringsItAllBack() {
    cpu.set32(Cpu.RDX, 0x2000);
    run(FNINIT, FLDPI, FLD1, "dd32");
    assertThat(cpu.fpu.empty).isEqualTo(0xff);
    assertThat(cpu.fpu.top).isZero();
    run("dd22");
    assertThat(cpu.fpu.empty).isEqualTo(0x3f);
    assertThat(cpu.x87.signExponent(0)).isEqualTo(0x3fff);
    assertThat(cpu.x87.significand(1)).isEqualTo(0xc90f_daa2_2168_c235L);
  }

  @Test
  void aStoreThatFaultsChangesNothing() {
    // Identity for the first 16 KiB; the page at 0x4000 is absent.
    guest.memory.busWrite(0x8000, 4, 0x9007);
    for (int page = 0; page < 4; page++) {
      guest.memory.busWrite(0x9000 + 4 * page, 4, page << 12 | 7);
    }
    cpu.control.load(ControlRegisters.CR0_PE | ControlRegisters.CR0_PG, 0x8000, 0, 0);
    guest.memory.busWrite(0x3ff8, 8, -1);
    cpu.set32(Cpu.RDX, 0x3ff8);
    run(FNINIT, FLDPI);
    long instruction = cpu.fpu.lastInstruction;
    for (String store : new String[] {"db3a", "df32", "d932", "dd32"}) {
      assertThat(faultOf(store)).as(store).isEqualTo(GuestFault.PF);
      assertThat(guest.memory.busRead(0x3ff8, 8)).isEqualTo(-1);
      assertThat(cpu.fpu.storedStatusWord()).isEqualTo(7 << 11);
      assertThat(cpu.fpu.empty).isEqualTo(0x7f);
      assertThat(cpu.fpu.lastInstruction).isEqualTo(instruction);
    }
    cpu.set32(Cpu.RDX, 0x3ffc);
    assertThat(faultOf("dd1a")).isEqualTo(GuestFault.PF);
    assertThat(cpu.fpu.storedStatusWord()).isEqualTo(7 << 11);
  }

  @Test
  void whatTheManualLeavesUndefinedIsUndefined() {
    assertThat(faultOf("d9d1")).isEqualTo(GuestFault.UD);
    assertThat(faultOf("f0d9e8")).isEqualTo(GuestFault.UD);
  }
}
