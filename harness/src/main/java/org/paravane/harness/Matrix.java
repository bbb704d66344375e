package org.paravane.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.paravane.core.ParavaneException;
import org.paravane.harness.console.TextPattern;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spec.Limits;
import org.paravane.harness.spi.LoadedImage;

/** Boots of several images, each on several platforms. The boots are independent: how many run at a time changes no result. */
public final class Matrix {
  /** Guest time without output after which a guest is given up, where no limit is asked for. */
  private static final Duration SILENCE = Duration.ofMinutes(2);

  private final Harness harness;
  private final Set<BootSession> running = ConcurrentHashMap.newKeySet();
  private volatile boolean interrupted;

  /** Boots with {@code harness}. */
  public Matrix(Harness harness) {
    this.harness = harness;
  }

  /**
   * One boot like {@code base} for each installed platform that accepts its image, with the image's own marker where none
   * is expected, and a limit where there is none.
   *
   * @throws ParavaneException if the image can't be read, or no platform takes it
   */
  public List<BootSpec> onEveryPlatform(BootSpec base) {
    LoadedImage image = harness.images().load(base.image());
    List<String> platforms = harness.backend().inspect(image).platforms();
    if (platforms.isEmpty()) {
      throw new HarnessException(
          ErrorCode.IMAGE_NOT_FOR_PLATFORM,
          "No platform here can boot %s.".formatted(base.image()));
    }
    BootSpec complete = complete(base, image);
    return platforms.stream().map(complete::withPlatform).toList();
  }

  /**
   * The boot of {@code base} on its own platform, with marker and limit as {@link #onEveryPlatform} adds them.
   *
   * @throws ParavaneException if the image can't be read
   */
  public BootSpec onItsPlatform(BootSpec base) {
    return complete(base, harness.images().load(base.image()));
  }

  private static BootSpec complete(BootSpec base, LoadedImage image) {
    Limits limits = base.limits();
    boolean unlimited =
        limits.wallTime().isEmpty()
            && limits.instructions().isEmpty()
            && limits.silence().isEmpty();
    List<TextPattern> expect =
        base.expect().isEmpty()
            ? image.marker().map(TextPattern::parse).stream().toList()
            : base.expect();
    return base.withExpect(expect).withLimits(unlimited ? limits.withSilence(SILENCE) : limits);
  }

  /**
   * Boots, and waits for all.
   *
   * @param parallel how many boots run at a time, at least 1
   * @param finished hears of each result in the order of {@code boots}, on the calling thread
   * @return the results in the order of {@code boots}
   */
  public List<BootResult> run(List<BootSpec> boots, int parallel, Consumer<BootResult> finished) {
    List<BootResult> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(parallel, Matrix::daemon)) {
      List<CompletableFuture<BootResult>> started =
          boots.stream()
              .map(boot -> CompletableFuture.supplyAsync(() -> boot(boot), threads))
              .toList();
      for (CompletableFuture<BootResult> boot : started) {
        BootResult result = boot.join();
        results.add(result);
        finished.accept(result);
      }
    }
    return results;
  }

  /** Ends all boots on behalf of the user, from any thread; those that have not begun are reported as not begun. */
  public void interrupt() {
    interrupted = true;
    running.forEach(BootSession::interrupt);
  }

  private static Thread daemon(Runnable boots) {
    Thread thread = new Thread(boots, "paravane-matrix");
    thread.setDaemon(true);
    return thread;
  }

  private BootResult boot(BootSpec boot) {
    if (interrupted) {
      return new BootFailure(
          boot,
          "INTERRUPTED",
          "The user ended the run before this boot began.",
          ExitCode.INTERRUPTED.code());
    }
    try {
      return run(harness.prepare(boot, BootListener.NONE));
    } catch (ParavaneException e) {
      return BootFailure.of(boot, e);
    } catch (EmulatorFault e) {
      return BootFailure.of(boot, e);
    }
  }

  private BootReport run(BootSession session) {
    running.add(session);
    try {
      if (interrupted) {
        session.interrupt();
      }
      return session.run();
    } finally {
      running.remove(session);
    }
  }

  /** What a process exits with for several boots: what it would for the first that went wrong, or 0. */
  public static int exitCode(List<BootResult> results) {
    return results.stream()
        .mapToInt(BootResult::exitCode)
        .filter(code -> code != ExitCode.SUCCESS.code())
        .findFirst()
        .orElse(ExitCode.SUCCESS.code());
  }
}
