package org.paravane.harness.junit;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.paravane.harness.BootListener;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootSession;
import org.paravane.harness.Progress;
import org.paravane.harness.console.AnsiStripper;

/**
 * The thread that a guest executes in. It runs only while another one is in {@link #pursue}: so whoever is not waiting for it
 * may look at the machine, and input comes to the guest at the same instruction in equal runs.
 */
final class GuestThread implements BootListener {
  private enum State {
    STANDING,
    RUNNING,
    ENDED
  }

  private final AnsiStripper stripper = new AnsiStripper(this::plain);
  private final ByteArrayOutputStream unread = new ByteArrayOutputStream();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private BootSession session;
  private Thread thread;
  private State state = State.STANDING;
  private ConsoleGoal goal;
  private BootReport report;
  private Throwable failure;
  private int printedBefore;

  /** Takes the boot that calls this as its listener. */
  void attach(BootSession boot) {
    session = boot;
  }

  /** Lets the guest run until the goal is reached or to be given up, or the guest has ended. */
  synchronized void pursue(ConsoleGoal wanted) throws InterruptedException {
    goal = wanted;
    byte[] behind = unread.toByteArray();
    unread.reset();
    for (byte value : behind) {
      look(value & 0xff);
    }
    if (goal.seen() || state == State.ENDED) {
      return;
    }
    state = State.RUNNING;
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("paravane-guest").start(this::run);
    }
    notifyAll();
    while (state == State.RUNNING) {
      wait();
    }
    rethrow();
  }

  /** Ends the guest, if it has not ended, and waits for that. */
  synchronized void end() throws InterruptedException {
    if (state == State.ENDED) {
      return;
    }
    if (thread == null) {
      session.machine().close();
      state = State.ENDED;
      return;
    }
    goal = null;
    session.interrupt();
    state = State.RUNNING;
    notifyAll();
    while (state == State.RUNNING) {
      wait();
    }
  }

  private void rethrow() {
    if (failure instanceof RuntimeException exception) {
      throw exception;
    }
    if (failure instanceof Error error) {
      throw error;
    }
  }

  private void run() {
    BootReport made = null;
    Throwable thrown = null;
    try {
      made = session.run();
    } catch (RuntimeException | Error e) {
      thrown = e;
    }
    synchronized (this) {
      report = made;
      failure = thrown;
      state = State.ENDED;
      notifyAll();
    }
  }

  @Override
  public synchronized void console(int value) {
    stripper.accept(value);
  }

  private void plain(int value) {
    printed.write(value);
    look(value);
  }

  private void look(int value) {
    if (goal == null || goal.seen()) {
      unread.write(value);
    } else if (goal.accept(value, session.instructions())) {
      session.callProgress();
    }
  }

  @Override
  public synchronized void progress(Progress progress) {
    if (goal == null) {
      return;
    }
    if (printed.size() == printedBefore && !goal.seen()) {
      goal.settle(progress.instructions());
    }
    printedBefore = printed.size();
    if (goal.seen() || goal.givenUp(progress.instructions())) {
      stand();
    }
  }

  private void stand() {
    state = State.STANDING;
    notifyAll();
    try {
      while (state == State.STANDING) {
        wait();
      }
    } catch (InterruptedException e) {
      session.interrupt();
    }
  }

  /** Whether the guest may still execute something. */
  synchronized boolean alive() {
    return state != State.ENDED;
  }

  /** What came of the boot, once it has ended. */
  synchronized Optional<BootReport> report() {
    return Optional.ofNullable(report);
  }

  /** What was printed, without terminal control sequences. */
  synchronized byte[] printed() {
    return printed.toByteArray();
  }
}
