package org.paravane.core.device.interrupt;

/** By which destinations one local APIC is reached (SDM volume 3A, sections 12.6.2 and 12.12.10). */
final class ApicAddress {
  private static final int FLAT_MODEL = 15;
  private static final int CLUSTER_MODEL = 0;

  private final int id;
  private boolean x2Apic;
  private int logicalDestination;
  private int destinationFormat;

  ApicAddress(int id) {
    this.id = id;
  }

  int id() {
    return id;
  }

  /** What the ID register shows. */
  int idRegister() {
    return x2Apic ? id : id << 24;
  }

  int logicalDestination() {
    return logicalDestination;
  }

  void logicalDestination(int value) {
    logicalDestination = value & 0xff00_0000;
  }

  int destinationFormat() {
    return destinationFormat;
  }

  void destinationFormat(int value) {
    destinationFormat = value | 0x0fff_ffff;
  }

  /** Returns to the reset state; in x2APIC mode the logical destination follows from the id. */
  void reset(boolean inX2ApicMode) {
    x2Apic = inX2ApicMode;
    logicalDestination = inX2ApicMode ? id >> 4 << 16 | 1 << (id & 15) : 0;
    destinationFormat = 0xffff_ffff;
  }

  boolean matches(InterruptMessage message) {
    int destination = message.destination();
    if (destination == InterruptMessage.BROADCAST) {
      return true;
    }
    if (!message.logical()) {
      return destination == id;
    }
    return x2Apic ? matchesX2ApicCluster(destination) : matchesLogical(destination);
  }

  private boolean matchesX2ApicCluster(int destination) {
    boolean sameCluster = destination >>> 16 == logicalDestination >>> 16;
    return sameCluster && (destination & logicalDestination & 0xffff) != 0;
  }

  private boolean matchesLogical(int destination) {
    int own = logicalDestination >>> 24;
    if (destination >>> 8 != 0) {
      return false;
    }
    return switch (destinationFormat >>> 28) {
      case FLAT_MODEL -> (destination & own) != 0;
      case CLUSTER_MODEL -> {
        boolean sameCluster = destination >> 4 == own >> 4 || destination >> 4 == 15;
        yield sameCluster && (destination & own & 15) != 0;
      }
      default -> false;
    };
  }
}
