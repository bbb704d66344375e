package org.paravane.platform.kvm;

/** The features that KVM's CPUID leaf 0x40000001 tells of in EAX and that are implemented here (asm/kvm_para.h). */
enum KvmFeature {
  CLOCKSOURCE(0),
  NOP_IO_DELAY(1),
  CLOCKSOURCE2(3),
  STEAL_TIME(5),
  PV_EOI(6),
  PV_UNHALT(7),
  PV_SEND_IPI(11),
  CLOCKSOURCE_STABLE(24);

  /** All of them, as EAX has them. */
  static final int ALL = mask();

  private final int bit;

  KvmFeature(int bit) {
    this.bit = bit;
  }

  private static int mask() {
    int mask = 0;
    for (KvmFeature feature : values()) {
      mask |= 1 << feature.bit;
    }
    return mask;
  }
}
