package org.paravane.harness.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class BootSpecTest {
  private static void refused(UnaryOperator<BootSpec.Builder> change, String words) {
    assertThatThrownBy(() -> change.apply(BootSpec.of("k")).build())
        .isInstanceOfSatisfying(
            HarnessException.class, e -> assertThat(e.error()).isEqualTo(ErrorCode.BAD_OPTION))
        .hasMessageContaining(words);
  }

  @Test
  void valuesOutOfRangeAreNamed() {
    refused(spec -> spec.memoryBytes(0), "not 0 bytes");
    refused(spec -> spec.memoryBytes(Long.MAX_VALUE), "1M to 1024G");
    refused(spec -> spec.memoryBytes((1 << 20) + 1), "multiple of 4K");
    refused(spec -> spec.cpus(0), "not 0");
    refused(spec -> spec.cpus(65), "not 65");
    refused(spec -> spec.nanosPerInstruction(-1), "not -1");
    refused(spec -> spec.append("a\0b"), "NUL");
    refused(spec -> spec.module("m a\0b"), "NUL");
    refused(spec -> spec.mapDebugExit(1, 256), "not 256");
    refused(spec -> spec.timeout(Duration.ZERO), "time limit");
    refused(spec -> spec.limits(Limits.NONE.withInstructions(0)), "instruction limit");
    refused(spec -> spec.limits(Limits.NONE.withSilence(Duration.ofSeconds(-1))), "silence limit");
    refused(spec -> spec.limits(Limits.NONE.withLinger(Duration.ofSeconds(-1))), "linger");
  }

  @Test
  void aModuleIsAFileAndItsArguments() {
    ModuleFile module = ModuleFile.parse("/boot/vmlinuz-6.1  console=hvc0 panic=-1 ");
    assertThat(module.file()).isEqualTo(Path.of("/boot/vmlinuz-6.1"));
    assertThat(module.text()).isEqualTo("vmlinuz-6.1 console=hvc0 panic=-1");
    assertThat(ModuleFile.parse("initrd").text()).isEqualTo("initrd");
  }

  @Test
  void commandLineIsReplacedAndAddedTo() {
    assertThat(BootSpec.of("k").build().effectiveCommandLine("a b")).isEqualTo("a b");
    assertThat(BootSpec.of("k").append("c").build().effectiveCommandLine("a b")).isEqualTo("a b c");
    assertThat(BootSpec.of("k").append("c").build().effectiveCommandLine("")).isEqualTo("c");
    assertThat(BootSpec.of("k").commandLine("x").append("c").build().effectiveCommandLine("a"))
        .isEqualTo("x c");
  }
}
