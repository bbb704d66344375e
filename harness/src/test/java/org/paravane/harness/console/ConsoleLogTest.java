package org.paravane.harness.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConsoleLogTest {
  private static ConsoleLog log(int capacity, String text) {
    ConsoleLog log = new ConsoleLog(capacity);
    text.chars().forEach(log);
    return log;
  }

  @Test
  void linesArePlainText() {
    assertThat(log(0, "\033[1mone\033[0m\r\ntwo\r\n\r\nprompt> ").lines())
        .containsExactly("one", "two", "", "prompt> ");
    assertThat(log(0, "").lines()).isEmpty();
  }

  @Test
  void newestBytesAreKeptOfALongConsole() {
    ConsoleLog log = log(8192, "old\n" + "x".repeat(100_000) + "\nnew\n");
    assertThat(log.total()).isEqualTo(100_009);
    assertThat(log.bytes()).hasSizeBetween(4096, 8192);
    assertThat(log.lastLines(1)).containsExactly("new");
  }

  @Test
  void digestIsOfAllBytes() {
    assertThat(log(0, "abc").sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @Test
  void closestLineToleratesTypingMistakesButNotNoise() {
    List<String> lines = List.of("booting", "Welcome to Debian 12", "login:");
    assertThat(ClosestLine.to(TextPattern.parse("welcome to debian 13"), lines))
        .contains("Welcome to Debian 12");
    assertThat(ClosestLine.to(TextPattern.parse("zzzz"), lines)).isEqualTo(Optional.empty());
    assertThat(ClosestLine.to(TextPattern.parse("x"), lines)).isEqualTo(Optional.empty());
  }
}
