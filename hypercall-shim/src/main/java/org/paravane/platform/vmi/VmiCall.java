package org.paravane.platform.vmi;

import java.util.HexFormat;

/** The calls of API 3.0, each with its relocation and the code in the ROM if it is not answered from outside the guest. */
enum VmiCall {
  CPUID(0, "0fa2c3"),
  WRMSR(1, "0f30c3"),
  RDMSR(2, "0f32c3"),
  SET_GDT(3),
  SET_LDT(4),
  SET_IDT(5),
  SET_TR(6),
  GET_GDT(7),
  GET_LDT(8),
  GET_IDT(9),
  GET_TR(10),
  WRITE_GDT_ENTRY(11),
  WRITE_LDT_ENTRY(12),
  WRITE_IDT_ENTRY(13),
  UPDATE_KERNEL_STACK(14),
  SET_CR0(15),
  SET_CR2(16),
  SET_CR3(17),
  SET_CR4(18),
  GET_CR0(19),
  GET_CR2(20),
  GET_CR3(21),
  GET_CR4(22),
  WBINVD(23, "0f09c3"),
  SET_DR(24),
  GET_DR(25),
  RDPMC(26, "0f33c3"),
  RDTSC(27, "0f31c3"),
  CLTS(28, "0f06c3"),
  ENABLE_INTERRUPTS(29, "fbc3"),
  DISABLE_INTERRUPTS(30, "fac3"),
  GET_INTERRUPT_MASK(31),
  SET_INTERRUPT_MASK(32),
  IRET(33, Relocation.JUMP_REL, "cf"),
  SYSEXIT(34, Relocation.JUMP_REL, "fb0f35"),
  HALT(35, "fbf4c3"),
  REBOOT(36),
  SHUTDOWN(37),
  SET_PXE(38),
  SET_PXE_LONG(39),
  UPDATE_PXE(40),
  UPDATE_PXE_LONG(41),
  MACHINE_TO_PHYSICAL(42, "c3"),
  PHYSICAL_TO_MACHINE(43, "c3"),
  ALLOCATE_PAGE(44, "c3"),
  RELEASE_PAGE(45, "c3"),
  INVAL_PAGE(46),
  FLUSH_TLB(47),
  SET_LINEAR_MAPPING(48, "c3"),
  SET_IOPL_MASK(61),
  SET_INITIAL_AP_STATE(62),
  APIC_WRITE(63),
  APIC_READ(64),
  IO_DELAY(65, Relocation.NOP, "c3"),
  GET_CYCLE_FREQUENCY(66),
  GET_CYCLE_COUNTER(67),
  SET_ALARM(68),
  CANCEL_ALARM(69),
  GET_WALLCLOCK_TIME(70),
  WALLCLOCK_UPDATED(71),
  SET_LAZY_MODE(73, "c3");

  /** What a kernel is to put in place of the instruction. */
  enum Relocation {
    NONE,
    CALL_REL,
    JUMP_REL,
    NOP
  }

  /** One more than the highest number. */
  static final int NUMBERS = 74;

  private static final VmiCall[] BY_NUMBER = new VmiCall[NUMBERS];

  static {
    for (VmiCall call : values()) {
      BY_NUMBER[call.number] = call;
    }
  }

  /** The number in the interface. */
  final int number;

  /** Its relocation. */
  final Relocation relocation;

  private final String code;

  VmiCall(int number) {
    this(number, Relocation.CALL_REL, "");
  }

  VmiCall(int number, String code) {
    this(number, Relocation.CALL_REL, code);
  }

  VmiCall(int number, Relocation relocation, String code) {
    this.number = number;
    this.relocation = relocation;
    this.code = code;
  }

  /** The call of a number, unsigned; null if there is none. */
  static VmiCall of(int number) {
    return Integer.compareUnsigned(number, NUMBERS) < 0 ? BY_NUMBER[number] : null;
  }

  /** Its machine code in the ROM; empty if the platform answers it. */
  byte[] code() {
    return HexFormat.of().parseHex(code);
  }
}
