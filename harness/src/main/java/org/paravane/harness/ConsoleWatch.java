package org.paravane.harness;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.paravane.harness.console.AnsiStripper;
import org.paravane.harness.console.ConsoleLog;
import org.paravane.harness.console.FailRule;
import org.paravane.harness.console.MarkerMatcher;
import org.paravane.harness.console.TextPattern;
import org.paravane.harness.spec.BootSpec;

/** Draws from a console what decides a run: markers, forbidden markers, failures, phases. */
final class ConsoleWatch implements IntConsumer, MarkerMatcher.Listener {
  /** Hears of what decides a run. */
  interface Listener {
    /** Returns this moment as a phase of that name. */
    Phase moment(String name);

    /** The last expected marker was seen. */
    void complete();

    /** The first {@link Failure} was seen. */
    void failed(Failure failure);
  }

  /** A console line that fails a run: {@code forbidden} by the user, or matching the rule named {@code rule}. */
  record Failure(boolean forbidden, String rule, String line) {}

  private static final int KEPT_BYTES = 8 << 20;

  private final BootSpec spec;
  private final Listener listener;
  private final ConsoleLog log = new ConsoleLog(KEPT_BYTES);
  private final PhaseTracker phases = new PhaseTracker();
  private final List<MarkerSeen> seen = new ArrayList<>();
  private final Map<String, Integer> ruleHits = new LinkedHashMap<>();
  private final MarkerMatcher matcher;
  private final AnsiStripper stripper;
  private Failure failure;

  ConsoleWatch(BootSpec spec, Listener listener) {
    this.spec = spec;
    this.listener = listener;
    this.matcher = new MarkerMatcher(spec.expect(), spec.forbid(), this);
    this.stripper = new AnsiStripper(matcher);
  }

  @Override
  public void accept(int value) {
    if (log.total() == 0) {
      enter("first output");
    }
    log.accept(value);
    stripper.accept(value);
  }

  /** The console is silent for now. */
  void settle() {
    matcher.settle();
  }

  /** The run is over. */
  void finish() {
    matcher.finish();
  }

  /** A step of the boot begins now. */
  void enter(String phase) {
    phases.enter(listener.moment(phase));
  }

  @Override
  public void expected(int index) {
    String marker = spec.expect().get(index).source();
    Phase now = listener.moment(marker);
    seen.add(new MarkerSeen(marker, now.instructions(), now.virtualNanos(), now.hostNanos()));
    if (complete()) {
      listener.complete();
    }
  }

  @Override
  public void forbidden(TextPattern marker, String line) {
    fail(new Failure(true, marker.source(), line));
  }

  @Override
  public void line(CharSequence line) {
    String phase = phases.announcedBy(line);
    if (phase != null) {
      enter(phase);
    }
    for (FailRule rule : FailRule.BUILT_IN) {
      if (rule.matches(line)) {
        ruleHits.merge(rule.name(), 1, Integer::sum);
      }
    }
    for (FailRule rule : spec.failOn()) {
      if (rule.matches(line)) {
        fail(new Failure(false, rule.name(), line.toString().strip()));
      }
    }
  }

  private void fail(Failure seen) {
    if (failure == null) {
      failure = seen;
      listener.failed(seen);
    }
  }

  /** What failed the run first, or null. */
  Failure failure() {
    return failure;
  }

  /** Whether there are expected markers, and every one was seen. */
  boolean complete() {
    return !spec.expect().isEmpty() && matcher.seen() == spec.expect().size();
  }

  /** The expected markers that were not seen, the one waited for first. */
  List<TextPattern> missing() {
    return spec.expect().subList(matcher.seen(), spec.expect().size());
  }

  /** The expected markers that were seen, in their order. */
  List<MarkerSeen> seen() {
    return List.copyOf(seen);
  }

  /** How many lines matched each built-in rule, whether it fails the run or not. */
  Map<String, Integer> ruleHits() {
    return ruleHits;
  }

  /** The bytes. */
  ConsoleLog log() {
    return log;
  }

  /** The steps. */
  PhaseTracker phases() {
    return phases;
  }
}
