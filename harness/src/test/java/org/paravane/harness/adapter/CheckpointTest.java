package org.paravane.harness.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.core.checkpoint.Checkpoint;
import org.paravane.core.execution.Machine;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.platform.Platforms;

class CheckpointTest {
  private static final long BYTES = 64 << 20;

  private final CatalogueLibrary images = new CatalogueLibrary(Path.of("no-such-cache"));
  private final Console console = new Console();

  /** Collects what the guest prints. */
  private static final class Console implements IntConsumer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    @Override
    public void accept(int value) {
      bytes.write(value);
    }

    byte[] take() {
      byte[] taken = bytes.toByteArray();
      bytes.reset();
      return taken;
    }
  }

  /** All that a machine shows at its end. */
  private record End(
      ExitReason reason, long instructions, long nanos, long rip, List<Long> registers, int ram) {
    static End of(Machine machine, ExitReason reason) {
      byte[] ram = machine.memory().ram().segment().toArray(ValueLayout.JAVA_BYTE);
      return new End(
          reason,
          machine.instructions(),
          machine.nanos(),
          machine.cpu(0).rip(),
          Arrays.stream(machine.cpu(0).gpr).boxed().toList(),
          Arrays.hashCode(ram));
    }
  }

  static Stream<String> platforms() {
    return Platforms.installed().all().stream().map(provider -> provider.name());
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void aMachineThatWentBackDoesTheSameAgain(String name) {
    String image = List.of("vmi", "lguest").contains(name) ? "test32" : "test64";
    if (name.equals("xen-pv")) {
      // No kernel of our own enters by its protocol.
      return;
    }
    LoadedImage loaded = images.load(image);
    BootSpec spec = BootSpec.of(image).platform(name).memoryBytes(BYTES).build();
    Machine machine = machine(spec, name, loaded);
    machine.run(25_000);
    byte[] before = console.take();
    Checkpoint first = Checkpoint.take(machine, null, type -> type == Console.class).orElseThrow();
    machine.run(5_000);
    Checkpoint second =
        Checkpoint.take(machine, first, type -> type == Console.class).orElseThrow();
    assertThat(second.ownBytes()).isLessThan(1 << 20);
    End end = End.of(machine, machine.run(10_000_000));
    byte[] after = console.take();
    assertThat(before.length + after.length).isPositive();
    for (Checkpoint checkpoint : List.of(first, second, first)) {
      checkpoint.restore();
      assertThat(machine.instructions()).isEqualTo(checkpoint.instructions());
      assertThat(End.of(machine, machine.run(10_000_000))).isEqualTo(end);
      byte[] again = console.take();
      assertThat(after).endsWith(again);
      assertThat(checkpoint == first ? again.length : 0)
          .isEqualTo(checkpoint == first ? after.length : 0);
    }
  }

  private Machine machine(BootSpec spec, String platform, LoadedImage image) {
    InstalledPlatforms installed =
        new InstalledPlatforms(
            Platforms.installed().all().stream()
                .filter(provider -> provider.name().equals(platform))
                .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
                .toList());
    return installed.prepare(spec, image, console).machine().orElseThrow();
  }
}
