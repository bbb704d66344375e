package org.paravane.platform.xen;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.paravane.core.cpu.GuestFault;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.Hypercall;
import org.paravane.platform.xen.abi.XenError;

/** The hypercalls of one machine by number, and how often each was called. */
public final class Hypercalls {
  public static final int SET_TRAP_TABLE = 0;
  public static final int MMU_UPDATE = 1;
  public static final int SET_GDT = 2;
  public static final int STACK_SWITCH = 3;
  public static final int SET_CALLBACKS = 4;
  public static final int FPU_TASKSWITCH = 5;
  public static final int PLATFORM_OP = 7;
  public static final int SET_DEBUGREG = 8;
  public static final int GET_DEBUGREG = 9;
  public static final int UPDATE_DESCRIPTOR = 10;
  public static final int MEMORY_OP = 12;
  public static final int MULTICALL = 13;
  public static final int UPDATE_VA_MAPPING = 14;
  public static final int SET_TIMER_OP = 15;
  public static final int XEN_VERSION = 17;
  public static final int CONSOLE_IO = 18;
  public static final int GRANT_TABLE_OP = 20;
  public static final int VM_ASSIST = 21;
  public static final int IRET = 23;
  public static final int VCPU_OP = 24;
  public static final int SET_SEGMENT_BASE = 25;
  public static final int MMUEXT_OP = 26;
  public static final int SCHED_OP = 29;
  public static final int CALLBACK_OP = 30;
  public static final int EVENT_CHANNEL_OP = 32;
  public static final int PHYSDEV_OP = 33;
  public static final int HVM_OP = 34;
  public static final int XENPMU_OP = 40;

  private static final int NUMBERS = 64;

  private final Hypercall[] table = new Hypercall[NUMBERS];
  private final long[] calls = new long[NUMBERS];
  private final TreeMap<String, Long> refused = new TreeMap<>();

  /** Names what a number does. */
  public void add(int number, Hypercall hypercall) {
    table[number] = hypercall;
  }

  /**
   * Carries out a hypercall of a processor.
   *
   * @param number any value
   * @return what the guest gets in RAX
   */
  public long call(VirtualProcessor caller, long number, long[] arguments) {
    Hypercall hypercall = number >= 0 && number < NUMBERS ? table[(int) number] : null;
    if (hypercall == null) {
      count("hypercall %d".formatted(number));
      return -Errno.ENOSYS;
    }
    calls[(int) number]++;
    long cr2 = caller.cpu().control.cr2();
    // Nothing is left of the calling block, so a result may overwrite its code.
    caller.cpu().memory.currentCode(LinearMemory.CodeRange.NONE);
    long result;
    try {
      result = hypercall.call(caller.guest(), arguments);
    } catch (XenError error) {
      result = -error.errno();
    } catch (GuestFault fault) {
      result = -Errno.EFAULT;
    }
    caller.cpu().control.cr2(cr2);
    if (result == -Errno.ENOSYS) {
      count("hypercall %d operation %d".formatted(number, arguments[0]));
    }
    return result;
  }

  private void count(String what) {
    refused.merge(what, 1L, Long::sum);
  }

  /** For the report: calls by number, and what was answered with -ENOSYS. */
  public Map<String, Long> counters() {
    Map<String, Long> counters = new LinkedHashMap<>();
    for (int number = 0; number < NUMBERS; number++) {
      if (calls[number] != 0) {
        counters.put("hypercall %d".formatted(number), calls[number]);
      }
    }
    refused.forEach((what, times) -> counters.put(what + " answered -ENOSYS", times));
    return counters;
  }
}
