package org.paravane.platform.xen.event;

import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.Hypercall;

/** HYPERVISOR_event_channel_op. @abi xen/include/public/event_channel.h */
public final class EventChannelCall implements Hypercall {
  private static final int BIND_INTERDOMAIN = 0;
  private static final int BIND_VIRQ = 1;
  private static final int CLOSE = 3;
  private static final int SEND = 4;
  private static final int STATUS = 5;
  private static final int ALLOC_UNBOUND = 6;
  private static final int BIND_IPI = 7;
  private static final int BIND_VCPU = 8;
  private static final int UNMASK = 9;
  private static final int RESET = 10;
  private static final int INIT_CONTROL = 11;
  private static final int EXPAND_ARRAY = 12;
  private static final int SET_PRIORITY = 13;

  private final EventChannels channels;

  /** Serves a domain's channels. */
  public EventChannelCall(EventChannels channels) {
    this.channels = channels;
  }

  @Override
  public long call(GuestSpace guest, long[] arguments) {
    long at = arguments[1];
    switch ((int) arguments[0]) {
      case BIND_INTERDOMAIN ->
          guest.write32(at + 8, channels.bindInterdomain(guest.read16(at), guest.read32(at + 4)));
      case BIND_VIRQ ->
          guest.write32(at + 8, channels.bindVirq(guest.read32(at), guest.read32(at + 4)));
      case CLOSE -> channels.close(guest.read32(at));
      case SEND -> channels.send(guest.read32(at));
      case STATUS -> status(guest, at);
      case ALLOC_UNBOUND ->
          guest.write32(at + 4, channels.allocateUnbound(guest.read16(at), guest.read16(at + 2)));
      case BIND_IPI -> guest.write32(at + 4, channels.bindIpi(guest.read32(at)));
      case BIND_VCPU -> channels.bindVcpu(guest.read32(at), guest.read32(at + 4));
      case UNMASK -> channels.unmask(guest.read32(at));
      case RESET -> {
        Domid.requireSelf(guest.read16(at));
        channels.closeAll();
      }
      case INIT_CONTROL -> {
        long page = guest.read64(at) << 12;
        channels.initControl(guest.read32(at + 12), page, guest.read32(at + 8));
        guest.write8(at + 16, FifoEvents.LINK_BITS);
      }
      case EXPAND_ARRAY -> channels.expandArray(guest.read64(at) << 12);
      case SET_PRIORITY -> channels.priority(guest.read32(at), guest.read32(at + 4));
      default -> {
        return -Errno.ENOSYS;
      }
    }
    return 0;
  }

  private void status(GuestSpace guest, long at) {
    Port port = channels.status(guest.read16(at), guest.read32(at + 4));
    guest.write32(at + 8, port.kind.ordinal());
    guest.write32(at + 12, port.vcpu);
    switch (port.kind) {
      case UNBOUND -> guest.write16(at + 16, port.remoteDomain);
      case INTERDOMAIN -> {
        guest.write16(at + 16, port.remoteDomain);
        guest.write32(at + 20, port.remotePort);
      }
      case VIRQ -> guest.write32(at + 16, port.virq);
      case CLOSED, IPI, PIRQ -> {
        // They have nothing more to tell.
      }
    }
  }
}
