package org.paravane.harness.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MarkerMatcherTest {
  private final List<String> events = new ArrayList<>();
  private MarkerMatcher matcher;
  private AnsiStripper stripper;

  private void expect(String... markers) {
    watch(List.of(markers), List.of());
  }

  private void watch(List<String> expected, List<String> forbidden) {
    matcher =
        new MarkerMatcher(
            expected.stream().map(TextPattern::parse).toList(),
            forbidden.stream().map(TextPattern::parse).toList(),
            new MarkerMatcher.Listener() {
              @Override
              public void expected(int index) {
                events.add("seen " + index);
              }

              @Override
              public void forbidden(TextPattern marker, String line) {
                events.add("forbidden " + marker.source() + " in " + line);
              }

              @Override
              public void line(CharSequence line) {
                events.add("line " + line);
              }
            });
    stripper = new AnsiStripper(matcher);
  }

  private void feed(String text) {
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      stripper.accept(value & 0xff);
    }
  }

  @Test
  void literalMatchesWithItsLastByte() {
    expect("login: ");
    feed("host login:");
    assertThat(events).isEmpty();
    feed(" ");
    assertThat(events).containsExactly("seen 0");
  }

  @Test
  void literalWithRepetitionIsFound() {
    expect("aabaaaba");
    feed("aabaabaaaba");
    assertThat(events).containsExactly("seen 0");
  }

  @Test
  void literalSpansLines() {
    expect("one\ntwo");
    feed("one\r\ntwo");
    assertThat(events).containsExactly("line one", "seen 0");
  }

  @Test
  void markersAreOrdered() {
    expect("b", "a");
    feed("a b");
    assertThat(matcher.seen()).isEqualTo(1);
    feed(" a");
    assertThat(matcher.seen()).isEqualTo(2);
  }

  @Test
  void oneMatchDoesNotServeTwoMarkers() {
    expect("xx", "/xx/");
    feed("xxx");
    assertThat(matcher.seen()).isEqualTo(1);
    feed("x");
    assertThat(matcher.seen()).isEqualTo(2);
  }

  @Test
  void coloursAreIgnored() {
    expect("[  OK  ] Started", "/^\\[FAILED\\]/");
    feed("[\033[0;32m  OK  \033[0m] Started\n\033]0;title\007[\033[1;31mFAILED\033(B\033[m]");
    assertThat(events).containsExactly("seen 0", "line [  OK  ] Started", "seen 1");
  }

  @Test
  void unterminatedSequenceEndsWithItsLine() {
    expect("after");
    feed("\033]0;never ended\nafter");
    assertThat(matcher.seen()).isEqualTo(1);
  }

  @Test
  void regexMatchesAPromptWithoutNewline() {
    expect("/\\w+ login: /");
    feed("debian login: ");
    assertThat(events).containsExactly("seen 0");
  }

  @Test
  void regexThatNeedsTheEndOfTheLineWaitsForIt() {
    expect("/^ok$/");
    feed("okay\no");
    assertThat(matcher.seen()).isZero();
    feed("k");
    assertThat(matcher.seen()).isZero();
    feed("\n");
    assertThat(matcher.seen()).isEqualTo(1);
  }

  @Test
  void silenceEndsALineForRegexes() {
    expect("/# $/");
    feed("root# ");
    assertThat(matcher.seen()).isZero();
    matcher.settle();
    assertThat(matcher.seen()).isEqualTo(1);
  }

  @Test
  void regexStaysWithinALine() {
    expect("/one.*two/");
    feed("one\ntwo\none two\n");
    assertThat(events).containsExactly("line one", "line two", "seen 0", "line one two");
  }

  @Test
  void regexReadsUtf8() {
    expect("/gr[\u00f6\u00fc]\u00df+e/");
    feed("gr\u00f6\u00dfe");
    assertThat(matcher.seen()).isEqualTo(1);
  }

  @Test
  void forbiddenMarkersAreWatchedAllTheTime() {
    watch(List.of("end"), List.of("bad", "/worse$/"));
    feed("a bad day\nworse\nend");
    assertThat(events)
        .containsExactly(
            "forbidden bad in a bad",
            "line a bad day",
            "forbidden /worse$/ in worse",
            "line worse",
            "seen 0");
  }

  @Test
  void endlessLineIsBoundedAndStillSearched() {
    expect("/needle/");
    feed("x".repeat(3 * LineAssembler.MAX_LINE_CHARS) + "needle");
    assertThat(matcher.seen()).isEqualTo(1);
  }

  @Test
  void lastLineNeedsNoNewline() {
    expect();
    feed("tail");
    matcher.finish();
    assertThat(events).containsExactly("line tail");
  }

  @Test
  void malformedUtf8DoesNotStopTheLine() {
    expect("/end/");
    Stream.of(0xff, 0xc3, (int) 'x', (int) 'e', (int) 'n', (int) 'd').forEach(stripper::accept);
    assertThat(matcher.seen()).isEqualTo(1);
  }

  @Test
  void malformedPatternsAreOneSentence() {
    assertThatThrownBy(() -> TextPattern.parse("/a(/")).hasMessageContaining("/a(/ is malformed");
    assertThatThrownBy(() -> TextPattern.parse("")).hasMessageContaining("empty");
    assertThat(TextPattern.parse("//")).isEqualTo(new TextPattern.Literal("//"));
    assertThat(TextPattern.parse("/dev/sda")).isEqualTo(new TextPattern.Literal("/dev/sda"));
  }
}
