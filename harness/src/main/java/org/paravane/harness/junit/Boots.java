package org.paravane.harness.junit;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MediaType;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.paravane.harness.BootReport;
import org.paravane.harness.report.JsonReport;
import org.paravane.harness.spec.BootSpec;

/** The boots of one test. They end with it, and their consoles and reports are attached to its result. */
final class Boots implements AutoCloseable {
  private static final Namespace NAMESPACE = Namespace.create(Boots.class);

  private final List<BootRun> runs = new ArrayList<>();
  private boolean concluded;

  /** The boots of the test. */
  static Boots of(ExtensionContext context) {
    return context.getStore(NAMESPACE).computeIfAbsent(Boots.class, _ -> new Boots(), Boots.class);
  }

  /** One boot more. */
  BootRun begin(ExtensionContext context, BootSpec spec, Patience patience) {
    BootRun run = BootRun.prepare(SharedHost.of(context).harness(), spec, patience);
    runs.add(run);
    return run;
  }

  /**
   * The test's method is over: what it still expects has to come now, unless it failed already.
   *
   * @throws AssertionError if it does not come
   */
  void conclude(ExtensionContext context) {
    if (concluded) {
      return;
    }
    concluded = true;
    try {
      if (context.getExecutionException().isEmpty()) {
        runs.forEach(BootRun::settle);
      }
    } finally {
      for (int i = 0; i < runs.size(); i++) {
        runs.get(i).end();
        publish(context, runs.get(i), i == 0 ? "" : "-" + (i + 1));
      }
    }
  }

  private static void publish(ExtensionContext context, BootRun run, String suffix) {
    context.publishFile(
        "console" + suffix + ".log",
        MediaType.TEXT_PLAIN_UTF_8,
        file -> Files.writeString(file, run.printed(), StandardCharsets.UTF_8));
    if (run.result().isEmpty()) {
      return;
    }
    BootReport report = run.result().get();
    context.publishFile(
        "report" + suffix + ".json",
        MediaType.APPLICATION_JSON,
        file -> {
          try (OutputStream out = Files.newOutputStream(file)) {
            JsonReport.write(report, out);
          }
        });
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("image", run.spec().image());
    entries.put("platform", run.platform());
    entries.put("outcome", report.outcome().id());
    entries.put("instructions", Long.toString(report.outcome().end().instructions()));
    context.publishReportEntry(entries);
  }

  /** Ends what a test leaves that did not get as far as its method. */
  @Override
  public void close() {
    runs.forEach(BootRun::end);
  }
}
