package org.paravane.platform.xen.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Domid;
import org.paravane.platform.xen.abi.Errno;
import org.paravane.platform.xen.abi.XenError;

class EventChannelsTest {
  private static final long SHARED = 0x1000;
  private static final long PENDING = SHARED + 0x800;
  private static final long MASK = SHARED + 0xa00;
  private static final long CONTROL = 0x4000;
  private static final long ARRAY = 0x5000;

  private final class Target implements EventTarget {
    private final int id;
    private int upcalls;
    private final List<Integer> pending = new ArrayList<>();

    Target(int id) {
      this.id = id;
    }

    @Override
    public long infoAddress() {
      return SHARED + 0x40L * id;
    }

    @Override
    public void upcallPending() {
      upcalls++;
    }

    @Override
    public void portPending(int port) {
      pending.add(port);
    }
  }

  private final PhysicalMemory memory = new PhysicalMemory(new GuestRam(1 << 20));
  private final List<Target> targets = List.of(new Target(0), new Target(1));
  private EventChannels channels;

  @BeforeEach
  void create() {
    channels = new EventChannels(memory, SHARED, targets);
  }

  private static void refused(int errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(XenError.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private void handled(int id) {
    memory.put8(targets.get(id).infoAddress(), 0);
    memory.put64(targets.get(id).infoAddress() + 8, 0);
  }

  @Test
  void portsAreNumberedFromOneAndUsedAgain() {
    assertThat(channels.connect(() -> {})).isEqualTo(1);
    assertThat(channels.bindIpi(0)).isEqualTo(2);
    assertThat(channels.bindIpi(1)).isEqualTo(3);
    channels.close(2);
    assertThat(channels.bindIpi(0)).isEqualTo(2);
  }

  @Test
  void pendingSetsBitSelectorAndUpcallOnce() {
    int port = channels.bindIpi(1);
    channels.send(port);
    channels.send(port);
    assertThat(memory.get64(PENDING)).isEqualTo(1L << port);
    assertThat(memory.get64(targets.get(1).infoAddress() + 8)).isEqualTo(1);
    assertThat(memory.get8(targets.get(1).infoAddress())).isEqualTo(1);
    assertThat(targets.get(1).upcalls).isEqualTo(1);
    assertThat(targets.get(0).upcalls).isZero();
    assertThat(targets.get(0).pending).containsExactly(port);
  }

  @Test
  void maskedPortWaitsForUnmask() {
    int port = channels.bindIpi(0);
    memory.put64(MASK, -1);
    channels.send(port);
    assertThat(targets.get(0).upcalls).isZero();
    assertThat(targets.get(0).pending).as("pollers see it").containsExactly(port);
    channels.unmask(port);
    assertThat(targets.get(0).upcalls).isEqualTo(1);
    assertThat(memory.get64(MASK)).isEqualTo(~(1L << port));
  }

  @Test
  void virtualInterruptsAreBoundOncePerProcessor() {
    int timer = channels.bindVirq(EventChannels.VIRQ_TIMER, 1);
    refused(Errno.EEXIST, () -> channels.bindVirq(EventChannels.VIRQ_TIMER, 1));
    refused(Errno.EINVAL, () -> channels.bindVirq(24, 0));
    refused(Errno.EINVAL, () -> channels.bindVirq(2, 1));
    refused(Errno.ENOENT, () -> channels.bindVirq(EventChannels.VIRQ_TIMER, 2));
    refused(Errno.EINVAL, () -> channels.send(timer));
    channels.raiseVirq(0, EventChannels.VIRQ_TIMER);
    assertThat(memory.get64(PENDING)).isZero();
    channels.raiseVirq(1, EventChannels.VIRQ_TIMER);
    assertThat(memory.get64(PENDING)).isEqualTo(1L << timer);
    channels.close(timer);
    assertThat(memory.get64(PENDING)).as("closing forgets").isZero();
    assertThat(channels.bindVirq(EventChannels.VIRQ_TIMER, 1)).isEqualTo(timer);
  }

  @Test
  void channelWithinTheDomainCarriesBothWays() {
    int listener = channels.allocateUnbound(Domid.SELF, Domid.SELF);
    assertThat(channels.status(Domid.SELF, listener).kind).isEqualTo(Port.Kind.UNBOUND);
    channels.send(listener);
    assertThat(memory.get64(PENDING)).isZero();
    int caller = channels.bindInterdomain(Domid.SELF, listener);
    assertThat(memory.get64(PENDING)).as("the new end is pending").isEqualTo(1L << caller);
    channels.send(caller);
    assertThat(memory.get64(PENDING)).isEqualTo(1L << caller | 1L << listener);
    refused(Errno.EINVAL, () -> channels.bindInterdomain(Domid.SELF, listener));
    channels.close(caller);
    assertThat(channels.status(Domid.SELF, listener).kind).isEqualTo(Port.Kind.UNBOUND);
    refused(Errno.ESRCH, () -> channels.bindInterdomain(9, listener));
    refused(Errno.ESRCH, () -> channels.allocateUnbound(9, 0));
    refused(Errno.EPERM, () -> channels.allocateUnbound(Domid.HOST, 0));
  }

  @Test
  void sendToTheHostRunsTheBackend() {
    int[] sent = {0};
    int port = channels.connect(() -> sent[0]++);
    channels.send(port);
    assertThat(sent[0]).isEqualTo(1);
    channels.close(port);
    refused(Errno.EINVAL, () -> channels.send(port));
    channels.raise(port);
    assertThat(memory.get64(PENDING)).isZero();
  }

  @Test
  void closedAndUnknownPortsAreRefused() {
    refused(Errno.EINVAL, () -> channels.close(0));
    refused(Errno.EINVAL, () -> channels.send(0));
    refused(Errno.EINVAL, () -> channels.close(5));
    refused(Errno.EINVAL, () -> channels.pending(5));
    refused(Errno.EINVAL, () -> channels.unmask(64));
    channels.unmask(5);
    assertThat(channels.status(Domid.SELF, 63).kind).isEqualTo(Port.Kind.CLOSED);
    refused(Errno.EINVAL, () -> channels.status(Domid.SELF, 64));
    refused(Errno.EINVAL, () -> channels.bindVcpu(5, 0));
    refused(Errno.EINVAL, () -> channels.pending(-1));
    refused(Errno.EINVAL, () -> channels.send(1 << 20));
  }

  @Test
  void onlySomePortsMoveToAnotherProcessor() {
    int port = channels.connect(() -> {});
    channels.bindVcpu(port, 1);
    channels.raise(port);
    assertThat(targets.get(1).upcalls).isEqualTo(1);
    int ipi = channels.bindIpi(0);
    refused(Errno.EINVAL, () -> channels.bindVcpu(ipi, 1));
    refused(Errno.ENOENT, () -> channels.bindVcpu(port, 2));
  }

  @Test
  void fifoLinksPendingPortsInOrder() {
    int first = channels.bindIpi(0);
    int second = channels.bindIpi(0);
    fifo();
    channels.send(first);
    channels.send(second);
    assertThat(memory.get32(CONTROL)).as("ready").isEqualTo(1 << 7);
    assertThat(memory.get32(CONTROL + 8 + 4 * 7)).as("head").isEqualTo(first);
    assertThat(memory.get32(ARRAY + 4L * first)).isEqualTo(0xa000_0000 | second);
    assertThat(memory.get32(ARRAY + 4L * second)).isEqualTo(0xa000_0000);
    assertThat(targets.get(0).upcalls).isEqualTo(1);
  }

  private void fifo() {
    channels.initControl(0, CONTROL, 0);
    channels.expandArray(ARRAY);
    handled(0);
    targets.get(0).upcalls = 0;
  }

  @Test
  void fifoQueueThatWasEmptiedBeginsAnew() {
    int first = channels.bindIpi(0);
    int second = channels.bindIpi(0);
    fifo();
    channels.send(first);
    memory.put32(CONTROL, 0);
    memory.put32(ARRAY + 4L * first, 0);
    handled(0);
    channels.send(second);
    assertThat(memory.get32(CONTROL + 8 + 4 * 7)).isEqualTo(second);
    assertThat(memory.get32(ARRAY + 4L * first)).as("no longer linked to").isZero();
    assertThat(targets.get(0).upcalls).isEqualTo(2);
  }

  @Test
  void fifoPriorityChoosesTheQueue() {
    int port = channels.bindIpi(0);
    fifo();
    channels.priority(port, 0);
    channels.send(port);
    assertThat(memory.get32(CONTROL)).isEqualTo(1);
    assertThat(memory.get32(CONTROL + 8)).isEqualTo(port);
    refused(Errno.EINVAL, () -> channels.priority(port, 16));
    refused(Errno.EACCES, () -> channels.priority(port + 1, 0));
  }

  @Test
  void fifoPortIsNotUsedAgainWhileItStandsInAQueue() {
    int port = channels.bindIpi(0);
    fifo();
    channels.send(port);
    channels.close(port);
    assertThat(channels.bindIpi(0)).isEqualTo(port + 1);
    memory.put32(ARRAY + 4L * port, 0);
    assertThat(channels.bindIpi(0)).isEqualTo(port);
  }

  @Test
  void fifoEventsForAProcessorWithoutControlBlockAreLost() {
    int port = channels.bindIpi(1);
    fifo();
    channels.send(port);
    assertThat(channels.pending(port)).isFalse();
  }

  @Test
  void aDomainHasAThousandAndTwentyThreePorts() {
    for (int i = 1; i < 1024; i++) {
      assertThat(channels.bindIpi(0)).isEqualTo(i);
    }
    refused(Errno.ENOSPC, () -> channels.bindIpi(0));
  }

  @Test
  void globalVirtualInterruptThatHasMovedCanBeBoundAgainOnceItIsClosed() {
    int port = channels.bindVirq(2, 0);
    channels.bindVcpu(port, 1);
    channels.close(port);
    assertThat(channels.bindVirq(2, 0)).isEqualTo(port);
  }

  @Test
  void fifoKeepsMaskedPortsOutOfTheQueueUntilUnmask() {
    int port = channels.bindIpi(0);
    fifo();
    memory.put32(ARRAY + 4L * port, 0x4000_0000);
    channels.send(port);
    assertThat(memory.get32(CONTROL)).isZero();
    assertThat(channels.pending(port)).isTrue();
    channels.unmask(port);
    assertThat(memory.get32(CONTROL + 8 + 4 * 7)).isEqualTo(port);
  }

  @Test
  void fifoTakesOverWhatWasPending() {
    int port = channels.bindIpi(0);
    channels.send(port);
    handled(0);
    channels.initControl(0, CONTROL, 0);
    channels.expandArray(ARRAY);
    assertThat(memory.get32(CONTROL + 8 + 4 * 7)).isEqualTo(port);
  }

  @Test
  void fifoSetupIsChecked() {
    refused(Errno.EOPNOTSUPP, () -> channels.expandArray(ARRAY));
    refused(Errno.ENOSYS, () -> channels.priority(5, 0));
    refused(Errno.EINVAL, () -> channels.initControl(0, CONTROL, 4));
    refused(Errno.EINVAL, () -> channels.initControl(0, CONTROL, 4096 - 64));
    refused(Errno.EINVAL, () -> channels.initControl(0, 1L << 36, 0));
    refused(Errno.ENOENT, () -> channels.initControl(2, CONTROL, 0));
    channels.initControl(0, CONTROL, 0);
    refused(Errno.EINVAL, () -> channels.initControl(0, CONTROL, 0));
    refused(Errno.EINVAL, () -> channels.expandArray(1L << 36));
    for (int i = 0; i < FifoEvents.MOST_PAGES; i++) {
      channels.expandArray(ARRAY);
    }
    refused(Errno.ENOSPC, () -> channels.expandArray(ARRAY));
  }

  @Test
  void resetClosesEverything() {
    int port = channels.bindIpi(0);
    channels.closeAll();
    refused(Errno.EINVAL, () -> channels.send(port));
    assertThat(channels.bindIpi(0)).isEqualTo(port);
  }
}
