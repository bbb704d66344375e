package org.paravane.core.device.interrupt;

/** How an interrupt message acts on its destination, in the order of the encoding in bits 8 to 10. */
public enum DeliveryMode {
  /** The vector, at every destination. */
  FIXED,
  /** The vector, at the one destination with the lowest priority. */
  LOWEST_PRIORITY,
  /** A system-management interrupt. */
  SMI,
  /** Reserved by the manual. */
  RESERVED,
  /** A non-maskable interrupt. */
  NMI,
  /** INIT. */
  INIT,
  /** Start-up IPI. */
  STARTUP,
  /** An interrupt whose vector comes from the 8259 pair. */
  EXT_INT;

  private static final DeliveryMode[] ENCODED = values();

  /** The mode in bits 8 to 10 of an ICR, LVT or redirection entry. */
  public static DeliveryMode of(long register) {
    return ENCODED[(int) register >> 8 & 7];
  }

  /** Tells whether the message carries a vector that goes through IRR and ISR. */
  boolean carriesVector() {
    return this == FIXED || this == LOWEST_PRIORITY;
  }
}
