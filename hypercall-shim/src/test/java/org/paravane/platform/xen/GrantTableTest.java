package org.paravane.platform.xen;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.testing.XenGuest;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;

class GrantTableTest {
  private static final int SETUP = 2;
  private static final int QUERY = 6;
  private static final int SET_VERSION = 8;

  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  private final GrantTable table = new GrantTable(memory, index -> 0x1000L * index);

  private void entry(int reference, int flags, int domain, int frame) {
    memory.put16(reference * 8L, flags);
    memory.put16(reference * 8L + 2, domain);
    memory.put32(reference * 8L + 4, frame);
  }

  @Test
  void backendUsesWhatIsGrantedToIt() {
    entry(9, 1, Domid.HOST, 0x77);
    assertThat(table.begin(9, true)).hasValue(0x77);
    assertThat(memory.get16(9 * 8)).as("reading and writing").isEqualTo(0x19);
    table.end(9);
    assertThat(memory.get16(9 * 8)).isEqualTo(1);
  }

  @Test
  void backendGetsNothingElse() {
    entry(9, 1 | 4, Domid.HOST, 0x77);
    assertThat(table.begin(9, true)).as("read-only").isEmpty();
    assertThat(table.begin(9, false)).hasValue(0x77);
    entry(10, 1, 5, 0x77);
    assertThat(table.begin(10, false)).as("another domain's").isEmpty();
    entry(11, 0, Domid.HOST, 0x77);
    assertThat(table.begin(11, false)).as("invalid").isEmpty();
    assertThat(table.begin(512, false)).as("behind the table").isEmpty();
    assertThat(table.begin(-1, false)).isEmpty();
  }

  @Test
  void growsToItsLimitOnly() {
    assertThat(table.grow(GrantTable.MOST_FRAMES)).isTrue();
    assertThat(table.size()).isEqualTo(GrantTable.MOST_FRAMES);
    assertThat(table.grow(GrantTable.MOST_FRAMES + 1)).isFalse();
    assertThat(table.frame(3)).isEqualTo(0x3000);
  }

  @Test
  void guestSetsItUp() {
    XenGuest guest = XenGuest.pv(1);
    long at = guest.at(0);
    guest.put16(at, Domid.SELF);
    guest.put32(at + 4, 2);
    guest.put64(at + 16, guest.at(0x100));
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SETUP, at, 1)).isZero();
    assertThat(guest.get32(at + 8) & 0xffff).isZero();
    long first = guest.get64(guest.at(0x100));
    assertThat(guest.get64(guest.at(0x108))).isNotEqualTo(first);
    assertThat(guest.memory.get16((first << 12) + 8 * GrantTable.XENSTORE_REFERENCE)).isEqualTo(1);
    guest.put32(at + 4, GrantTable.MOST_FRAMES + 1);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SETUP, at, 1)).isZero();
    assertThat(guest.get32(at + 8) << 16 >> 16).as("too many").isEqualTo(-1);
    guest.put32(at + 4, 1);
    guest.put64(at + 16, XenGuest.NOWHERE);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SETUP, at, 1)).isZero();
    assertThat(guest.get32(at + 8) << 16 >> 16).as("a bad list").isEqualTo(-5);
    guest.put16(at, 3);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SETUP, at, 1)).isZero();
    assertThat(guest.get32(at + 8) << 16 >> 16).as("there is no domain 3").isEqualTo(-2);
    guest.put16(at, Domid.HOST);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SETUP, at, 1)).isZero();
    assertThat(guest.get32(at + 8) << 16 >> 16).as("another domain's table").isEqualTo(-8);
  }

  @Test
  void guestLearnsSizeAndVersion() {
    XenGuest guest = XenGuest.pvh(1);
    long at = guest.at(0);
    guest.put16(at, Domid.SELF);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, QUERY, at, 1)).isZero();
    assertThat(guest.get32(at + 4)).isEqualTo(1);
    assertThat(guest.get32(at + 8)).isEqualTo(GrantTable.MOST_FRAMES);
    guest.put32(at, 2);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SET_VERSION, at, 1)).isEqualTo(-Errno.ENOSYS);
    assertThat(guest.get32(at)).isEqualTo(1);
    guest.put32(at, 3);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SET_VERSION, at, 1)).isEqualTo(-Errno.EINVAL);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, SET_VERSION, at, 1)).isZero();
  }

  @Test
  void thereIsNothingToMap() {
    XenGuest guest = XenGuest.pv(1);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, 0, guest.at(0), 1)).isZero();
    assertThat(guest.get32(guest.at(16)) >> 16).as("bad domain").isEqualTo(-2);
    assertThat(guest.call(Hypercalls.GRANT_TABLE_OP, 77, guest.at(0), 1)).isEqualTo(-Errno.ENOSYS);
  }
}
