package org.paravane.platform.xenpv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.platform.testing.XenGuest;
import org.paravane.platform.xen.Hypercalls;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;

/** What a guest can and can't make of its frames; the guest program {@code xenpv} asks Xen itself the same. */
class PageTableCallsTest {
  private static final int PIN_L1 = 0;
  private static final int PIN_L4 = 3;
  private static final int UNPIN = 4;
  private static final int NEW_BASEPTR = 5;
  private static final int SET_LDT = 13;
  private static final int NEW_USER_BASEPTR = 15;
  private static final int CLEAR_PAGE = 16;
  private static final int COPY_PAGE = 17;
  private static final int READ_ONLY = 0x21;
  private static final int WRITABLE = 0x67;
  private static final int TABLE = 0x8000;
  private static final int PAGE = 0x9000;
  private static final int PF = 14;

  private final XenGuest guest = XenGuest.pv(1);
  private final Cpu cpu = guest.cpu;

  private long map(int offset, long flags) {
    long entry = cpu.memory.probe(guest.at(offset)) & -4096 | flags;
    return guest.call(Hypercalls.UPDATE_VA_MAPPING, guest.at(offset), entry, 2);
  }

  private long address(int offset) {
    return guest.frame(offset) << 12;
  }

  private long mmuext(int command, long first, long second) {
    guest.put32(guest.at(0x100), command);
    guest.put64(guest.at(0x108), first);
    guest.put64(guest.at(0x110), second);
    return guest.call(Hypercalls.MMUEXT_OP, guest.at(0x100), 1, 0, Domid.SELF);
  }

  private long update(long at, long value) {
    guest.put64(guest.at(0x100), at);
    guest.put64(guest.at(0x108), value);
    return guest.call(Hypercalls.MMU_UPDATE, guest.at(0x100), 1, 0, Domid.SELF);
  }

  /** A pinned, empty L1 table. */
  private void table() {
    assertThat(map(TABLE, READ_ONLY)).isZero();
    assertThat(mmuext(PIN_L1, guest.frame(TABLE), 0)).isZero();
  }

  @Test
  void writablePageIsNoTableAndTableIsNotWritable() {
    assertThat(mmuext(PIN_L1, guest.frame(TABLE), 0)).isEqualTo(-Errno.EINVAL);
    table();
    assertThat(map(TABLE, WRITABLE)).isEqualTo(-Errno.EBUSY);
    assertThat(mmuext(CLEAR_PAGE, guest.frame(TABLE), 0)).isEqualTo(-Errno.EINVAL);
    assertThat(mmuext(PIN_L4, guest.frame(TABLE), 0)).isEqualTo(-Errno.EINVAL);
    assertThat(mmuext(NEW_BASEPTR, guest.frame(TABLE), 0)).isEqualTo(-Errno.EINVAL);
    assertThat(mmuext(UNPIN, guest.frame(TABLE), 0)).isZero();
    assertThat(map(TABLE, WRITABLE)).isZero();
  }

  @Test
  void entriesReadBackAsXenHasThem() {
    table();
    assertThat(update(address(TABLE), address(PAGE) | 3)).isZero();
    assertThat(guest.get64(guest.at(TABLE))).isEqualTo(1L << 52 | address(PAGE) | 7);
    assertThat(update(address(TABLE) + 8, address(PAGE) | WRITABLE)).isZero();
    assertThat(guest.get64(guest.at(TABLE + 8))).isEqualTo(address(PAGE) | 0x100 | WRITABLE);
    assertThat(update(address(TABLE) + 8 | 2, address(PAGE) | 7)).as("keeping A and D").isZero();
    assertThat(guest.get64(guest.at(TABLE + 8))).isEqualTo(address(PAGE) | 0x100 | WRITABLE);
    assertThat(update(address(TABLE) + 16, 0x1234_5678_9000L)).as("not present").isZero();
    assertThat(guest.get64(guest.at(TABLE + 16))).isEqualTo(0x1234_5678_9000L);
  }

  @Test
  void badEntriesAreRefused() {
    table();
    long at = address(TABLE);
    assertThat(update(at, address(TABLE) | WRITABLE)).isEqualTo(-Errno.EBUSY);
    assertThat(update(at, cpu.control.cr3() | WRITABLE)).isEqualTo(-Errno.EBUSY);
    assertThat(update(at, address(PAGE) | WRITABLE | 0x80)).isEqualTo(-Errno.EINVAL);
    assertThat(update(at, address(PAGE) | WRITABLE | 0x10)).isEqualTo(-Errno.EINVAL);
    assertThat(update(at, 0xfee0_0000L | WRITABLE)).isEqualTo(-Errno.EPERM);
    assertThat(update(at, 0x000f_ffff_ffff_f000L | WRITABLE)).isEqualTo(-Errno.EINVAL);
    assertThat(update(at | 4, 0)).isEqualTo(-Errno.ENOSYS);
    assertThat(update(0xfee0_0000L, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(guest.get64(guest.at(TABLE))).isZero();
    long root = cpu.control.cr3();
    assertThat(update(root, address(TABLE) | WRITABLE)).as("no L3").isEqualTo(-Errno.EINVAL);
    assertThat(update(root, root | WRITABLE)).as("linear, writable").isEqualTo(-Errno.EINVAL);
    assertThat(update(root, root | READ_ONLY)).as("linear").isZero();
    assertThat(guest.memory.get64(root)).isEqualTo(root | READ_ONLY | 4);
  }

  @Test
  void otherMemoryIsWrittenToUnlessItHoldsDescriptors() {
    assertThat(update(address(PAGE) + 8, 0x4711)).isZero();
    assertThat(guest.get64(guest.at(PAGE + 8))).isEqualTo(0x4711);
    assertThat(map(PAGE, READ_ONLY)).isZero();
    guest.put64(guest.at(0), guest.frame(PAGE));
    assertThat(guest.call(Hypercalls.SET_GDT, guest.at(0), 512)).isZero();
    assertThat(update(address(PAGE) + 8, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(map(PAGE, WRITABLE)).isEqualTo(-Errno.EBUSY);
    assertThat(guest.call(Hypercalls.SET_GDT, 0, 0)).isZero();
    assertThat(map(PAGE, WRITABLE)).isZero();
  }

  @Test
  void storeThatIsRefusedIsAFaultAndChangesNothing() {
    guest.put16(guest.at(0x400), 0xfeeb);
    guest.put64(guest.at(0x800), PF | 0xe033L << 16);
    guest.put64(guest.at(0x808), guest.at(0x400));
    assertThat(guest.call(Hypercalls.SET_TRAP_TABLE, guest.at(0x800))).isZero();
    table();
    assertThat(guest.call(Hypercalls.VM_ASSIST, 0, 2)).isZero();
    cpu.gpr[Cpu.RDI] = guest.at(TABLE);
    cpu.gpr[Cpu.RAX] = address(PAGE) | WRITABLE;
    guest.run("488707 ebfe", 3);
    assertThat(cpu.rip()).as("xchg").isEqualTo(guest.entry() + 3);
    assertThat(cpu.gpr[Cpu.RAX]).isZero();
    cpu.gpr[Cpu.RAX] = address(TABLE) | WRITABLE;
    guest.run("488707 ebfe", 3);
    assertThat(cpu.rip()).isEqualTo(guest.at(0x400));
    assertThat(cpu.gpr[Cpu.RAX]).as("as before").isEqualTo(address(TABLE) | WRITABLE);
    assertThat(guest.get64(guest.at(TABLE))).isEqualTo(address(PAGE) | 0x100 | WRITABLE);
  }

  @Test
  void repeatedStoreIsCarriedOutRoundByRound() {
    table();
    assertThat(guest.call(Hypercalls.VM_ASSIST, 0, 2)).isZero();
    cpu.gpr[Cpu.RDI] = guest.at(TABLE);
    cpu.gpr[Cpu.RCX] = 3;
    cpu.gpr[Cpu.RAX] = address(PAGE) | READ_ONLY | 4;
    guest.run("f348ab ebfe", 10);
    assertThat(cpu.rip()).isEqualTo(guest.entry() + 3);
    assertThat(cpu.gpr[Cpu.RDI]).isEqualTo(guest.at(TABLE + 24));
    assertThat(guest.get64(guest.at(TABLE + 16))).isEqualTo(address(PAGE) | 0x125);
  }

  @Test
  void pageOfAnLdtIsInUseOnceItIsRead() {
    guest.put64(guest.at(PAGE + 8), 0x00cf_9300_0000_ffffL);
    assertThat(map(PAGE, READ_ONLY)).isZero();
    assertThat(mmuext(SET_LDT, guest.at(PAGE), 512)).isZero();
    cpu.gpr[Cpu.RAX] = 0xf;
    guest.run("8ed8 ebfe", 4);
    assertThat(cpu.rip()).as("mov ds, ax").isEqualTo(guest.entry() + 2);
    assertThat(guest.get64(guest.at(PAGE + 8)) >>> 45 & 3).as("DPL").isEqualTo(3);
    assertThat(map(PAGE, WRITABLE)).isEqualTo(-Errno.EBUSY);
    assertThat(mmuext(SET_LDT, 0, 0)).isZero();
    assertThat(map(PAGE, WRITABLE)).isZero();
  }

  @Test
  void rootThatIsLeftIsFree() {
    long first = cpu.control.cr3();
    guest.put64(guest.at(TABLE + 8 * 511), guest.memory.get64(first + 8 * 511));
    assertThat(map(TABLE, READ_ONLY)).isZero();
    assertThat(mmuext(NEW_BASEPTR, guest.frame(TABLE), 0)).isZero();
    assertThat(map(TABLE, WRITABLE)).isEqualTo(-Errno.EBUSY);
    assertThat(mmuext(NEW_BASEPTR, first >>> 12, 0)).isZero();
    assertThat(map(TABLE, WRITABLE)).isZero();
  }

  @Test
  void anyOrderOfChangesLeavesNoUseBehind() {
    Random random = new Random(7);
    int[] pages = {0x8000, 0x9000, 0xa000, 0xb000, 0xc000, 0xd000};
    int changed = 0;
    for (int round = 0; round < 40_000; round++) {
      changed += change(random, pages) == 0 ? 1 : 0;
    }
    assertThat(changed).as("changes that are not refused").isGreaterThan(8_000);
    mmuext(NEW_USER_BASEPTR, 0, 0);
    mmuext(SET_LDT, 0, 0);
    guest.call(Hypercalls.SET_GDT, 0, 0);
    for (int page : pages) {
      mmuext(UNPIN, guest.frame(page), 0);
    }
    for (int page : pages) {
      assertThat(map(page, WRITABLE)).as("nothing uses %#x any more", page).isZero();
    }
    for (int page : pages) {
      assertThat(mmuext(CLEAR_PAGE, guest.frame(page), 0)).isZero();
      assertThat(map(page, READ_ONLY)).isZero();
      assertThat(mmuext(PIN_L1, guest.frame(page), 0)).as("nor maps it writable").isZero();
    }
  }

  private long change(Random random, int[] pages) {
    int one = pages[random.nextInt(pages.length)];
    int other = pages[random.nextInt(pages.length)];
    long slot = 8L * random.nextInt(4);
    return switch (random.nextInt(12)) {
      case 0 -> mmuext(PIN_L1 + random.nextInt(4), guest.frame(one), 0);
      case 1 -> mmuext(UNPIN, guest.frame(one), 0);
      case 2 -> update(address(one) + slot, 0);
      case 3 -> map(one, random.nextBoolean() ? WRITABLE : READ_ONLY);
      case 4 -> mmuext(NEW_USER_BASEPTR, random.nextInt(3) == 0 ? 0 : guest.frame(one), 0);
      case 5 -> mmuext(SET_LDT, guest.at(one), random.nextInt(2) * 512L);
      case 6 -> {
        guest.put64(guest.at(0), guest.frame(one));
        yield guest.call(Hypercalls.SET_GDT, guest.at(0), random.nextInt(2) * 512L);
      }
      case 7 -> mmuext(COPY_PAGE, guest.frame(one), guest.frame(other));
      case 8 -> guest.call(Hypercalls.UPDATE_DESCRIPTOR, address(one) + slot, random.nextInt());
      case 9 -> guest.call(Hypercalls.SET_SEGMENT_BASE, 3, 4 | slot);
      default -> update(address(one) + slot, address(other) | random.nextInt(8));
    };
  }
}
