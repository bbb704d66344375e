package org.paravane.core.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Random code with random registers on random tables runs 10,000 steps, in every mode, and never ends in a Java exception. */
class HostileGuestFuzzTest {
  private static final int GUESTS = 300;
  private static final int MODES = 64;

  static Stream<Arguments> everyMode() {
    return new SplittableRandom(1)
        .ints(MODES)
        .mapToObj(seed -> {
          byte[] input = new byte[HostileGuest.HEADER_BYTES];
          new SplittableRandom(seed).nextBytes(input);
          return Arguments.of((Object) input);
        });
  }

  @MethodSource("everyMode")
  @FuzzTest(maxDuration = "30s")
  void guestsNeverBreakTheMachine(byte[] input) {
    assertThat(new HostileGuest(input).run()).isNotNull();
  }

  @Test
  void theSameInputRunsTheSameWay() {
    SplittableRandom random = new SplittableRandom(2);
    long instructions = 0;
    for (int i = 0; i < GUESTS; i++) {
      byte[] input = new byte[HostileGuest.HEADER_BYTES + random.nextInt(64)];
      random.nextBytes(input);
      HostileGuest one = new HostileGuest(input);
      HostileGuest other = new HostileGuest(input);
      assertThat(one.run()).isEqualTo(other.run());
      assertThat(one.instructions()).isEqualTo(other.instructions());
      instructions += one.instructions();
    }
    assertThat(instructions).isGreaterThan(GUESTS * 1000L);
  }
}
