package org.paravane.platform.xen;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.GuestSpace;
import org.paravane.platform.xen.abi.WritableFrames;
import org.paravane.platform.xen.abi.XenError;
import org.paravane.platform.xen.event.EventChannelCall;
import org.paravane.platform.xen.event.EventChannels;
import org.paravane.platform.xen.event.SharedInfoLayout;
import org.paravane.platform.xen.store.Permissions;
import org.paravane.platform.xen.store.Xenstore;
import org.paravane.platform.xen.store.XenstoreRing;

/** One guest with all that Xen and its toolstack give it, whatever its kind. */
public final class XenDomain {
  /** Bytes of shared_info. */
  public static final int SHARED_INFO_BYTES = 0xc40;

  private static final int UPCALL_MASKED = 1;
  private static final int LEGACY_VCPUS = 32;
  private static final int ASSIST_ENABLE = 0;
  private static final int ASSIST_DISABLE = 1;

  /** runstate_update_flag: the one that a guest with paging of its own may ask for. */
  private static final long ASSISTS = 1 << 5;

  private static final int PLATFORM_INTERFACE = 0x0300_0000;

  /** Further ahead than a timer of HYPERVISOR_set_timer_op is taken at its word. */
  private static final long FAR_NANOS = 1L << 50;

  private static final long INSTEAD_OF_FAR_NANOS = 100_000_000;

  /** How the processors beside the first are given their state. */
  @FunctionalInterface
  public interface VcpuInitialiser {
    /** Takes the state from the caller's structure. */
    void initialise(VirtualProcessor target, GuestSpace caller, long context);
  }

  private final Machine machine;
  private final PhysicalMemory memory;
  private final boolean paravirtual;
  private final List<VirtualProcessor> processors = new ArrayList<>();
  private final EventChannels events;
  private final Hypercalls hypercalls = new Hypercalls();
  private final Xenstore store = new Xenstore(Domid.GUEST);
  private final GrantTable grants;
  private final ConsoleRing console;
  private final XenstoreRing storeRing;
  private final int storePort;
  private final int consolePort;
  private WritableFrames writableFrames;
  private VcpuInitialiser initialiser =
      (target, caller, context) -> {
        throw new XenError(Errno.EOPNOTSUPP);
      };

  /**
   * Pages that Xen and the toolstack set aside, by guest-physical address.
   *
   * @param sharedInfo shared_info
   * @param store xenstore's ring
   * @param console the console's ring
   */
  public record Pages(long sharedInfo, long store, long console) {}

  /**
   * Builds the domain of a machine that has its processors.
   *
   * @param paravirtual PV rather than PVH
   * @param memoryBytes the guest's RAM
   * @param grants its grant table
   * @param output gets each byte that the guest prints, 0 to 255
   */
  public XenDomain(
      Machine machine,
      boolean paravirtual,
      long memoryBytes,
      Pages pages,
      GrantTable grants,
      IntConsumer output) {
    this.machine = machine;
    this.paravirtual = paravirtual;
    this.grants = grants;
    memory = machine.memory();
    writableFrames = WritableFrames.ram(memory);
    for (Cpu cpu : machine.cpus()) {
      processors.add(
          new VirtualProcessor(
              machine,
              cpu,
              pages.sharedInfo() + (long) cpu.id * VirtualProcessor.INFO_BYTES,
              paravirtual));
    }
    events = new EventChannels(memory, pages.sharedInfo(), processors);
    initialiseSharedInfo(pages.sharedInfo());
    console = new ConsoleRing(memory, pages.console(), output);
    storeRing = new XenstoreRing(memory, pages.store(), store, this::notifyStore);
    storePort = events.connect(storeRing::serve);
    consolePort = events.connect(console::serve);
    console.notify(() -> events.raise(consolePort));
    grants.permit(GrantTable.CONSOLE_REFERENCE, pages.console() >>> 12);
    grants.permit(GrantTable.XENSTORE_REFERENCE, pages.store() >>> 12);
    fillStore(pages, memoryBytes);
    addHypercalls(output);
  }

  private void notifyStore() {
    events.raise(storePort);
  }

  private void initialiseSharedInfo(long address) {
    for (int i = 0; i < LEGACY_VCPUS; i++) {
      long info = address + (long) i * VirtualProcessor.INFO_BYTES;
      if (paravirtual) {
        memory.busWrite(info + EventChannels.INFO_UPCALL_MASK, 1, UPCALL_MASKED);
      }
      XenTime.writeTimeInfo(memory, info + VirtualProcessor.INFO_TIME);
    }
    XenTime.writeWallClock(memory, address, events.layout());
    for (VirtualProcessor processor : processors) {
      processor.onTimer(() -> events.raiseVirq(processor.id(), EventChannels.VIRQ_TIMER));
    }
  }

  private void fillStore(Pages pages, long memoryBytes) {
    String home = store.home();
    Permissions host = Permissions.ofHost();
    Permissions readable = Permissions.readableBy(Domid.GUEST);
    Permissions own = Permissions.ownedBy(Domid.GUEST);
    String kilobytes = Long.toString(memoryBytes >> 10);
    String uuid = "00000000-0000-0000-0000-000000000001";
    store.put("/vm/" + uuid + "/name", "paravane", readable);
    store.put(home, "", readable);
    store.put(home + "/vm", "/vm/" + uuid, readable);
    store.put(home + "/name", "paravane", readable);
    store.put(home + "/domid", Integer.toString(Domid.GUEST), readable);
    store.put(home + "/memory", "", readable);
    store.put(home + "/memory/static-max", kilobytes, readable);
    store.put(home + "/memory/target", kilobytes, readable);
    store.put(home + "/cpu", "", readable);
    for (VirtualProcessor processor : processors) {
      store.put(home + "/cpu/" + processor.id(), "", readable);
      store.put(home + "/cpu/" + processor.id() + "/availability", "online", readable);
    }
    store.put(home + "/control", "", readable);
    store.put(home + "/control/platform-feature-xs_reset_watches", "1", readable);
    store.put(home + "/control/platform-feature-multiprocessor-suspend", "1", readable);
    for (String node :
        List.of("shutdown", "sysrq", "feature-poweroff", "feature-reboot", "feature-suspend")) {
      store.put(home + "/control/" + node, "", own);
    }
    store.put(home + "/store", "", host);
    store.put(home + "/store/port", Integer.toString(storePort), host);
    store.put(home + "/store/ring-ref", Long.toString(pages.store() >>> 12), host);
    store.put(home + "/console", "", readable);
    store.put(home + "/console/type", "xenconsoled", readable);
    store.put(home + "/console/limit", "1048576", readable);
    store.put(home + "/console/port", Integer.toString(consolePort), readable);
    store.put(home + "/console/ring-ref", Long.toString(pages.console() >>> 12), readable);
    store.put(home + "/device", "", readable);
    store.put(home + "/data", "", own);
  }

  private void addHypercalls(IntConsumer output) {
    hypercalls.add(Hypercalls.MULTICALL, new MulticallCall(hypercalls, this));
    hypercalls.add(Hypercalls.SET_TIMER_OP, this::setTimer);
    hypercalls.add(Hypercalls.CONSOLE_IO, new ConsoleIoCall(output));
    hypercalls.add(Hypercalls.GRANT_TABLE_OP, new GrantTableCall(grants));
    hypercalls.add(Hypercalls.VCPU_OP, new VcpuCall(memory, this, processors.size()));
    hypercalls.add(Hypercalls.SCHED_OP, new SchedulerCall(machine, this));
    hypercalls.add(Hypercalls.EVENT_CHANNEL_OP, new EventChannelCall(events));
    hypercalls.add(Hypercalls.VM_ASSIST, XenDomain::assist);
    hypercalls.add(Hypercalls.XENPMU_OP, (guest, arguments) -> -Errno.EOPNOTSUPP);
    hypercalls.add(Hypercalls.PLATFORM_OP, XenDomain::platform);
  }

  /** HYPERVISOR_platform_op: not for guests, whatever it is. */
  private static long platform(GuestSpace guest, long[] arguments) {
    int version = (int) (guest.read64(arguments[0]) >>> 32);
    return version == PLATFORM_INTERFACE ? -Errno.EPERM : -Errno.EACCES;
  }

  /** HYPERVISOR_vm_assist of a guest with paging of its own; what it turns on has no effect that the guest could see. */
  private static long assist(GuestSpace guest, long[] arguments) {
    long type = arguments[1] & 0xffff_ffffL;
    if (type >= Long.SIZE || (ASSISTS >>> type & 1) == 0) {
      return -Errno.EINVAL;
    }
    int command = (int) arguments[0];
    return command == ASSIST_ENABLE || command == ASSIST_DISABLE ? 0 : -Errno.ENOSYS;
  }

  private long setTimer(GuestSpace guest, long[] arguments) {
    VirtualProcessor caller = processors.get(guest.vcpu());
    long deadline =
        guest.narrow() ? arguments[0] & 0xffff_ffffL | arguments[1] << 32 : arguments[0];
    long now = machine.nanos();
    if (deadline == 0) {
      caller.stopSingleshot();
    } else if (deadline < 0 || deadline - now >= FAR_NANOS) {
      // Xen takes such a time for a mistake of Linux, which it once was.
      caller.singleshot(now + INSTEAD_OF_FAR_NANOS);
    } else {
      caller.singleshot(deadline);
    }
    return 0;
  }

  /** Says what may be written to of the guest's memory; all RAM unless this is called. */
  public void writableFrames(WritableFrames value) {
    writableFrames = value;
    events.writableFrames(value);
    processors.forEach(processor -> processor.runstate().writableFrames(value));
  }

  /** What may be written to of the guest's memory. */
  WritableFrames writableFrames() {
    return writableFrames;
  }

  /**
   * Takes a processor off, which turns the guest off if it was the last.
   *
   * @param why says so to people
   */
  public void takeOff(VirtualProcessor processor, String why) {
    processor.online(false);
    offline(why);
  }

  /** A processor is off: if no other is on, the guest is turned off. */
  public void offline(String why) {
    if (processors.stream().noneMatch(VirtualProcessor::online)) {
      machine.exit(new ExitReason.PowerOff(why));
    }
  }

  /** Names how further processors get their state. */
  public void initialiser(VcpuInitialiser value) {
    initialiser = value;
  }

  void initialise(VirtualProcessor target, GuestSpace caller, long context) {
    initialiser.initialise(target, caller, context);
  }

  /** PV rather than PVH. */
  public boolean paravirtual() {
    return paravirtual;
  }

  /** The hypercalls. */
  public Hypercalls hypercalls() {
    return hypercalls;
  }

  /** A processor, from 0. */
  public VirtualProcessor processor(int id) {
    return processors.get(id);
  }

  /** The event channels. */
  public EventChannels events() {
    return events;
  }

  /** The grant table. */
  public GrantTable grants() {
    return grants;
  }

  /** The store. */
  public Xenstore store() {
    return store;
  }

  /** The console. */
  public ConsoleRing console() {
    return console;
  }

  /** Event channel of the console. */
  public int consolePort() {
    return consolePort;
  }

  /** Event channel of the store. */
  public int storePort() {
    return storePort;
  }

  /**
   * Lays shared_info out for 32-bit or 64-bit code. What it holds stays where it is, but for the clock.
   *
   * @param narrow for 32-bit code
   */
  public void layOutSharedInfo(boolean narrow) {
    events.layout(narrow ? SharedInfoLayout.NARROW : SharedInfoLayout.WIDE);
    XenTime.writeWallClock(memory, events.sharedInfo(), events.layout());
  }

  /** Moves shared_info, contents and all. */
  public void moveSharedInfo(long address) {
    long from = events.sharedInfo();
    for (int i = 0; i < SHARED_INFO_BYTES; i += 8) {
      memory.busWrite(address + i, 8, memory.busRead(from + i, 8));
    }
    events.sharedInfo(address);
    processors.forEach(processor -> processor.sharedInfoMoved(address));
  }
}
