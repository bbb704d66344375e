package org.paravane.core.device.interrupt;

/**
 * What travels on the APIC bus.
 *
 * @param destination an APIC id or logical destination of 32 bits, or {@link #BROADCAST}
 * @param logical whether the destination is logical
 * @param mode how it acts
 * @param vector 0 to 255
 * @param levelTriggered whether the end of the interrupt is reported to the I/O APICs
 */
public record InterruptMessage(
    int destination, boolean logical, DeliveryMode mode, int vector, boolean levelTriggered) {
  /** The destination that every APIC matches. */
  public static final int BROADCAST = 0xffff_ffff;

  /** Widens an 8-bit destination, whose broadcast is FFh. */
  static int wideDestination(int destination) {
    return destination == 0xff ? BROADCAST : destination;
  }

  /**
   * The message that a write to a message-signalled interrupt address makes (SDM volume 3A, section 12.11).
   *
   * @param addressGpa the address, FEEx_xxxxh
   * @param data the data written
   */
  public static InterruptMessage ofMessageSignalled(long addressGpa, int data) {
    int destination = wideDestination((int) (addressGpa >> 12) & 0xff);
    boolean logical = (addressGpa & 0x04) != 0;
    return new InterruptMessage(
        destination, logical, DeliveryMode.of(data), data & 0xff, (data & 0x8000) != 0);
  }
}
