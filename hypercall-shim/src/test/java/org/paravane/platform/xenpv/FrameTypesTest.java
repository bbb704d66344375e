package org.paravane.platform.xenpv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.paravane.boot.xen.FrameMap;
import org.paravane.core.memory.GuestRam;
import org.paravane.core.memory.PhysicalMemory;
import org.paravane.platform.xen.abi.Errno;

class FrameTypesTest {
  private static final int PAGES = 64;
  private static final long FRAME = 5;

  private final MachineFrames frames =
      new MachineFrames(
          new PhysicalMemory(new GuestRam(MachineFrames.machineBytes(PAGES, 1))),
          FrameMap.identity(PAGES));
  private final List<String> events = new ArrayList<>();
  private final FrameTypes types = new FrameTypes(frames, () -> events.add("flush"));
  private long answer;

  /** Notes what is asked of it, and gives the same answer to all. */
  private final class Noting implements FrameTypes.Contents {
    @Override
    public long promote(long frame, int type) {
      events.add("promote %d as %d".formatted(frame, type));
      return answer;
    }

    @Override
    public void demote(long frame, int type) {
      events.add("demote %d as %d".formatted(frame, type));
    }
  }

  FrameTypesTest() {
    types.contents(new Noting());
  }

  @Test
  void frameHasOneTypeAtATime() {
    assertThat(types.begin(FRAME, FrameTypes.WRITABLE)).isZero();
    assertThat(types.begin(FRAME, FrameTypes.WRITABLE)).isZero();
    assertThat(types.uses(FRAME)).isEqualTo(2);
    assertThat(types.begin(FRAME, 1)).isEqualTo(-Errno.EINVAL);
    types.end(FRAME);
    assertThat(types.begin(FRAME, 1)).isEqualTo(-Errno.EINVAL);
    types.end(FRAME);
    assertThat(types.typeInUse(FRAME)).isEqualTo(FrameTypes.NONE);
    assertThat(types.begin(FRAME, 1)).isZero();
    assertThat(types.typeInUse(FRAME)).isEqualTo(1);
    assertThat(types.begin(FRAME, 2)).isEqualTo(-Errno.EINVAL);
    assertThat(types.begin(FRAME, FrameTypes.WRITABLE)).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void contentsAreCheckedAtTheFirstUseAndLetGoAtTheLast() {
    types.begin(FRAME, 2);
    types.begin(FRAME, 2);
    types.end(FRAME);
    assertThat(events).containsExactly("promote 5 as 2");
    types.end(FRAME);
    types.begin(FRAME, 2);
    assertThat(events).containsExactly("promote 5 as 2", "demote 5 as 2", "promote 5 as 2");
  }

  @Test
  void refusedContentsLeaveNoUse() {
    answer = -Errno.EBUSY;
    assertThat(types.begin(FRAME, 1)).isEqualTo(-Errno.EBUSY);
    assertThat(types.uses(FRAME)).isZero();
    assertThat(types.begin(FRAME, FrameTypes.WRITABLE)).isZero();
    assertThat(types.pin(6, 3)).isEqualTo(-Errno.EBUSY);
    assertThat(types.unpin(6)).isEqualTo(-Errno.EINVAL);
  }

  @Test
  void anotherTypeFlushesWhatTheFormerLeftUnlessThatIsDone() {
    types.begin(FRAME, FrameTypes.WRITABLE);
    types.begin(6, FrameTypes.WRITABLE);
    types.end(FRAME);
    types.end(6);
    assertThat(events).isEmpty();
    types.begin(FRAME, 1);
    types.begin(6, 1);
    assertThat(events).containsExactly("flush", "promote 5 as 1", "promote 6 as 1");
    types.end(6);
    types.begin(6, 1);
    assertThat(events).as("the same type").filteredOn("flush"::equals).hasSize(1);
  }

  @Test
  void pinIsOneUseMore() {
    assertThat(types.pin(FRAME, 4)).isZero();
    assertThat(types.uses(FRAME)).isEqualTo(1);
    assertThat(types.pin(FRAME, 4)).isEqualTo(-Errno.EINVAL);
    assertThat(types.pin(FRAME, 3)).isEqualTo(-Errno.EINVAL);
    types.begin(FRAME, 4);
    assertThat(types.unpin(FRAME)).isZero();
    assertThat(types.unpin(FRAME)).isEqualTo(-Errno.EINVAL);
    assertThat(types.typeInUse(FRAME)).as("still a root").isEqualTo(4);
    types.end(FRAME);
    assertThat(types.typeInUse(FRAME)).isEqualTo(FrameTypes.NONE);
  }

  @Test
  void linearUseNeedsATableWithoutSuchEntries() {
    types.pin(5, 4);
    types.pin(6, 4);
    types.pin(7, 3);
    assertThat(types.beginLinear(6, 4, 5)).isTrue();
    assertThat(types.uses(6)).isEqualTo(2);
    assertThat(types.beginLinear(5, 4, 6)).as("5 has one, 6 is used by one").isFalse();
    assertThat(types.beginLinear(7, 4, 5)).as("another level").isFalse();
    assertThat(types.beginLinear(8, 4, 5)).as("no table").isFalse();
    types.endLinear(6, 5);
    assertThat(types.uses(6)).isEqualTo(1);
    assertThat(types.beginLinear(5, 4, 6)).isTrue();
  }

  @Test
  void frameThatIsGivenBackStaysUntilItsLastUse() {
    types.begin(FRAME, FrameTypes.WRITABLE);
    types.beginReading(FRAME);
    assertThat(types.release(FRAME)).isTrue();
    assertThat(types.owned(FRAME)).isTrue();
    types.end(FRAME);
    assertThat(types.owned(FRAME)).isTrue();
    assertThat(types.allocate(1)).isEqualTo(-1);
    types.endReading(FRAME);
    assertThat(types.owned(FRAME)).isFalse();
    assertThat(types.freeFrames()).isEqualTo(1);
    assertThat(types.begin(FRAME, FrameTypes.WRITABLE)).isEqualTo(-Errno.EINVAL);
    assertThat(types.release(FRAME)).isFalse();
    assertThat(types.allocate(1)).isEqualTo(FRAME);
    assertThat(types.begin(FRAME, FrameTypes.WRITABLE)).isZero();
  }

  @Test
  void runsOfFramesBeginAtAMultipleOfTheirLength() {
    for (long frame = 3; frame < 9; frame++) {
      types.release(frame);
    }
    assertThat(types.allocate(4)).isEqualTo(4);
    assertThat(types.allocate(2)).isEqualTo(-1);
    assertThat(types.allocate(1)).isEqualTo(3);
  }

  @Test
  void hypervisorsFramesAreNotTheDomainsUnlessTheyAreLent() {
    long address = frames.allocate();
    assertThat(types.owned(address >>> 12)).isFalse();
    assertThat(types.begin(address >>> 12, FrameTypes.WRITABLE)).isEqualTo(-Errno.EINVAL);
    types.share(address);
    assertThat(types.begin(address >>> 12, FrameTypes.WRITABLE)).isZero();
    assertThat(types.begin(address >>> 12, 1)).isEqualTo(-Errno.EINVAL);
    assertThat(types.release(address >>> 12)).isFalse();
    assertThat(types.owned(-1)).isFalse();
    assertThat(types.owned(1L << 40)).isFalse();
  }
}
