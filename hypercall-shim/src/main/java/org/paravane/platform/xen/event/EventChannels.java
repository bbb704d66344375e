package org.paravane.platform.xen.event;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.WritableFrames;
import org.paravane.platform.xen.abi.XenError;

/** The event channels of one domain, with two-level delivery until the guest asks for FIFO delivery. */
public final class EventChannels {
  /** Virtual interrupt of a processor's timers. */
  public static final int VIRQ_TIMER = 0;

  /** Offset of evtchn_upcall_pending in vcpu_info. */
  public static final int INFO_UPCALL_PENDING = 0;

  /** Offset of evtchn_upcall_mask in vcpu_info. */
  public static final int INFO_UPCALL_MASK = 1;

  static final int VIRQS = 24;

  /** Ports come into being so many at a time; from then on they can be asked about. */
  private static final int BUCKET = 64;

  /** Ports that the toolstack lets a guest have, port 0 among them. */
  private static final int MOST_PORTS = 1024;

  private final PhysicalMemory memory;
  private final List<? extends EventTarget> targets;
  private final List<Port> ports = new ArrayList<>();
  private final int[][] virqPorts;
  private EventAbi abi;
  private SharedInfoLayout layout = SharedInfoLayout.WIDE;
  private long sharedInfo;
  private WritableFrames frames;

  /**
   * Creates a domain's event channels.
   *
   * @param sharedInfo guest-physical address of shared_info
   * @param targets its processors
   */
  public EventChannels(
      PhysicalMemory memory, long sharedInfo, List<? extends EventTarget> targets) {
    this.memory = memory;
    this.sharedInfo = sharedInfo;
    this.targets = List.copyOf(targets);
    virqPorts = new int[targets.size()][VIRQS];
    frames = WritableFrames.ram(memory);
    abi = new TwoLevelEvents(memory, this);
    addBucket();
  }

  private void addBucket() {
    for (int i = 0; i < BUCKET; i++) {
      ports.add(new Port());
    }
  }

  /** Says what may be written to of the guest's memory. */
  public void writableFrames(WritableFrames value) {
    frames = value;
  }

  /** Where shared_info is. */
  public long sharedInfo() {
    return sharedInfo;
  }

  /** Says that shared_info has moved, contents and all. */
  public void sharedInfo(long address) {
    sharedInfo = address;
  }

  /** How shared_info is laid out. */
  public SharedInfoLayout layout() {
    return layout;
  }

  /** Lays shared_info out in another way from now on. */
  public void layout(SharedInfoLayout value) {
    layout = value;
  }

  EventTarget target(int vcpu) {
    return targets.get(vcpu);
  }

  private int vcpus() {
    return virqPorts.length;
  }

  /** Sets evtchn_upcall_pending of a processor and tells it, unless it is set. */
  public void upcall(int vcpu) {
    EventTarget target = targets.get(vcpu);
    long flag = target.infoAddress() + INFO_UPCALL_PENDING;
    if (memory.busRead(flag, 1) == 0) {
      memory.busWrite(flag, 1, 1);
      target.upcallPending();
    }
  }

  /** A port that can be asked about, port 0 among them. */
  private Port port(int number) {
    if (number < 0 || number >= ports.size()) {
      throw new XenError(Errno.EINVAL);
    }
    return ports.get(number);
  }

  private Port open(int number) {
    Port port = port(number);
    if (port.kind == Port.Kind.CLOSED) {
      throw new XenError(Errno.EINVAL);
    }
    return port;
  }

  private int allocate() {
    int most = Math.min(MOST_PORTS, abi.ports());
    for (int number = 1; number < most; number++) {
      if (number == ports.size()) {
        addBucket();
      }
      Port port = ports.get(number);
      if (port.kind == Port.Kind.CLOSED && !abi.busy(number)) {
        return number;
      }
    }
    throw new XenError(Errno.ENOSPC);
  }

  private void requireVcpu(int vcpu) {
    if (vcpu < 0 || vcpu >= vcpus()) {
      throw new XenError(Errno.ENOENT);
    }
  }

  /**
   * Opens a port whose other end is a backend on the host.
   *
   * @param backend called when the guest sends
   * @return the port, from 1
   */
  public int connect(Runnable backend) {
    int number = allocate();
    Port port = ports.get(number);
    port.kind = Port.Kind.INTERDOMAIN;
    port.remoteDomain = Domid.HOST;
    port.remotePort = number;
    port.backend = backend;
    return number;
  }

  /** Makes a port pending, as its other end does; a closed one stays as it is. */
  public void raise(int number) {
    Port port = ports.get(number);
    if (port.kind != Port.Kind.CLOSED && abi.raise(number, port)) {
      targets.forEach(target -> target.portPending(number));
    }
  }

  /** Raises a virtual interrupt; nothing happens unless the guest has bound it. */
  public void raiseVirq(int vcpu, int virq) {
    int number = virqPorts[vcpu][virq];
    if (number != 0) {
      raise(number);
    }
  }

  /** Tells whether a port is pending, for SCHEDOP_poll; -EINVAL if it is not open. */
  public boolean pending(int number) {
    return abi.pending(number, open(number));
  }

  // Operations

  int allocateUnbound(int newDomain, int remote) {
    Domid.requireSelf(newDomain);
    int number = allocate();
    Port port = ports.get(number);
    port.kind = Port.Kind.UNBOUND;
    port.remoteDomain = remote == Domid.SELF ? Domid.GUEST : remote;
    return number;
  }

  /** Binds to a port of the own domain; other domains have none to offer. */
  int bindInterdomain(int remoteDomain, int remotePort) {
    if (!Domid.isSelf(remoteDomain)) {
      throw new XenError(remoteDomain == Domid.HOST ? Errno.EINVAL : Errno.ESRCH);
    }
    Port remote = port(remotePort);
    if (remote.kind != Port.Kind.UNBOUND || remote.remoteDomain != Domid.GUEST) {
      throw new XenError(Errno.EINVAL);
    }
    int number = allocate();
    Port local = ports.get(number);
    local.kind = Port.Kind.INTERDOMAIN;
    local.remoteDomain = Domid.GUEST;
    local.remotePort = remotePort;
    remote.kind = Port.Kind.INTERDOMAIN;
    remote.remotePort = number;
    // The sender may have sent before there was anyone to hear it.
    raise(number);
    return number;
  }

  int bindVirq(int virq, int vcpu) {
    if (virq < 0 || virq >= VIRQS || isGlobal(virq) && vcpu != 0) {
      throw new XenError(Errno.EINVAL);
    }
    requireVcpu(vcpu);
    if (virqPorts[vcpu][virq] != 0) {
      throw new XenError(Errno.EEXIST);
    }
    int number = allocate();
    Port port = ports.get(number);
    port.kind = Port.Kind.VIRQ;
    port.virq = virq;
    port.vcpu = vcpu;
    virqPorts[vcpu][virq] = number;
    return number;
  }

  /** TIMER, DEBUG, XENOPROF and XENPMU are a processor's own. */
  private static boolean isGlobal(int virq) {
    return virq != VIRQ_TIMER && virq != 1 && virq != 7 && virq != 13;
  }

  int bindIpi(int vcpu) {
    requireVcpu(vcpu);
    int number = allocate();
    Port port = ports.get(number);
    port.kind = Port.Kind.IPI;
    port.vcpu = vcpu;
    return number;
  }

  void close(int number) {
    Port port = open(number);
    if (port.kind == Port.Kind.VIRQ) {
      virqPorts[isGlobal(port.virq) ? 0 : port.vcpu][port.virq] = 0;
    } else if (port.kind == Port.Kind.INTERDOMAIN && port.backend == null) {
      Port remote = ports.get(port.remotePort);
      remote.kind = Port.Kind.UNBOUND;
      remote.remoteDomain = Domid.GUEST;
    }
    abi.clear(number, port);
    port.close();
  }

  void closeAll() {
    for (int number = 1; number < ports.size(); number++) {
      if (ports.get(number).kind != Port.Kind.CLOSED) {
        close(number);
      }
    }
    if (abi instanceof FifoEvents) {
      abi = new TwoLevelEvents(memory, this);
    }
  }

  void send(int number) {
    Port port = port(number);
    switch (port.kind) {
      case INTERDOMAIN -> {
        if (port.backend != null) {
          port.backend.run();
        } else {
          raise(port.remotePort);
        }
      }
      case IPI -> raise(number);
      case UNBOUND -> {
        // Nobody listens yet.
      }
      case CLOSED, PIRQ, VIRQ -> throw new XenError(Errno.EINVAL);
    }
  }

  void unmask(int number) {
    Port port = port(number);
    if (port.kind != Port.Kind.CLOSED) {
      abi.unmask(number, port);
    }
  }

  void bindVcpu(int number, int vcpu) {
    requireVcpu(vcpu);
    Port port = open(number);
    boolean movable =
        switch (port.kind) {
          case VIRQ -> isGlobal(port.virq);
          case UNBOUND, INTERDOMAIN, PIRQ -> true;
          case CLOSED, IPI -> false;
        };
    if (!movable) {
      throw new XenError(Errno.EINVAL);
    }
    port.vcpu = vcpu;
  }

  void priority(int number, int priority) {
    Port port = port(number);
    if (!(abi instanceof FifoEvents)) {
      throw new XenError(Errno.ENOSYS);
    }
    if (port.kind == Port.Kind.CLOSED) {
      throw new XenError(Errno.EACCES);
    }
    if (priority < 0 || priority >= FifoEvents.PRIORITIES) {
      throw new XenError(Errno.EINVAL);
    }
    port.priority = priority;
  }

  /** A port's state. */
  Port status(int statusDomain, int number) {
    Domid.requireSelf(statusDomain);
    return port(number);
  }

  /** Switches to FIFO delivery with the first control block. */
  void initControl(int vcpu, long page, int offset) {
    requireVcpu(vcpu);
    if ((offset & 7) != 0
        || offset < 0
        || offset > 4096 - FifoEvents.CONTROL_BYTES
        || abi instanceof FifoEvents fifo && fifo.hasControlBlock(vcpu)
        || !frames.use(page >>> 12)) {
      throw new XenError(Errno.EINVAL);
    }
    if (!(abi instanceof FifoEvents)) {
      FifoEvents next = new FifoEvents(memory, this, vcpus());
      for (int number = 1; number < ports.size(); number++) {
        Port port = ports.get(number);
        port.pendingUnseen = abi.pending(number, port);
        port.priority = Port.DEFAULT_PRIORITY;
      }
      abi = next;
    }
    ((FifoEvents) abi).controlBlock(vcpu, page + offset);
  }

  void expandArray(long page) {
    if (!(abi instanceof FifoEvents fifo)) {
      throw new XenError(Errno.EOPNOTSUPP);
    }
    if (fifo.wordsAvailable() == FifoEvents.MOST_PAGES * FifoEvents.WORDS_PER_PAGE) {
      throw new XenError(Errno.ENOSPC);
    }
    if (!frames.use(page >>> 12)) {
      throw new XenError(Errno.EINVAL);
    }
    int first = fifo.wordsAvailable();
    fifo.addPage(page);
    for (int number = Math.max(first, 1);
        number < Math.min(ports.size(), fifo.wordsAvailable());
        number++) {
      if (ports.get(number).pendingUnseen) {
        ports.get(number).pendingUnseen = false;
        raise(number);
      }
    }
  }
}
