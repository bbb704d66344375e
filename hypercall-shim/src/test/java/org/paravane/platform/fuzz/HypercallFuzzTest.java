package org.paravane.platform.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a guest asks of its hypervisor, however wrong, never ends in a Java exception. */
class HypercallFuzzTest {
  private static final int SEEDS = 16;
  private static final int INPUT_BYTES = 160;

  static Stream<Arguments> calls() {
    return new SplittableRandom(1)
        .longs(SEEDS)
        .mapToObj(seed -> {
          byte[] input = new byte[INPUT_BYTES];
          new SplittableRandom(seed).nextBytes(input);
          return Arguments.of((Object) input);
        });
  }

  @MethodSource("calls")
  @FuzzTest(maxDuration = "30s")
  void kvmAnswersEveryCall(byte[] input) {
    new HostileCaller("kvm", input).act();
  }

  @MethodSource("calls")
  @FuzzTest(maxDuration = "30s")
  void hyperVAnswersEveryCall(byte[] input) {
    new HostileCaller("hyper-v", input).act();
  }

  @MethodSource("calls")
  @FuzzTest(maxDuration = "30s")
  void vmwareAnswersEveryCall(byte[] input) {
    new HostileCaller("vmware", input).act();
  }

  @MethodSource("calls")
  @FuzzTest(maxDuration = "30s")
  void xenPvhAnswersEveryCall(byte[] input) {
    new HostileCaller("xen-pvh", input).act();
  }

  @MethodSource("calls")
  @FuzzTest(maxDuration = "30s")
  void xenPvAnswersEveryCall(byte[] input) {
    new HostileCaller("xen-pv", input).act();
  }

  @MethodSource("calls")
  @FuzzTest(maxDuration = "30s")
  void vmiAnswersEveryCall(byte[] input) {
    new HostileCaller("vmi", input).act();
  }

  @MethodSource("calls")
  @FuzzTest(maxDuration = "30s")
  void lguestAnswersEveryCall(byte[] input) {
    new HostileCaller("lguest", input).act();
  }
}
