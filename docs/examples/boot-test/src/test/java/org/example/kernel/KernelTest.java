package org.example.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.paravane.harness.junit.Patience.instructions;

import org.junit.jupiter.api.Test;
import org.paravane.harness.junit.Boot;
import org.paravane.harness.junit.BootRun;
import org.paravane.harness.junit.BootTest;

class KernelTest {
  /** Give the path of your kernel as the image; test64 is the one that comes with Paravane. */
  @BootTest(
      image = "test64",
      platforms = {"bare", "kvm", "xen-pvh"})
  void bootsEverywhere(BootRun run) {
    assertThat(run).reaches("user mode:").within(instructions(1_000_000));
    assertThat(run).shutsDown();
  }

  @Test
  void hasPagingOnWhenItIsDone(@Boot(image = "test64", append = "hello") BootRun run) {
    assertThat(run).shutsDown().hasPrinted("command line 'hello'");
    assertThat(run.register("cr0") >>> 31).isOne();
  }
}
