package org.paravane.core.clock;

/**
 * The timers that are set on one machine, earliest first. Timers due at the same nanosecond fire in the order in which
 * they were created, so that a run does not depend on anything but its inputs.
 */
public final class TimerQueue {
  /** What {@link #nextDeadlineNanos()} says when no timer is set. */
  public static final long NEVER = Long.MAX_VALUE;

  private Timer first;
  private int created;
  private Runnable onEarlierDeadline = () -> {};

  /** Creates a timer on this queue; it is not set yet. */
  public Timer create(Runnable action) {
    return new Timer(this, created++, action);
  }

  /** Names what to call when a timer is set that is due before all others. */
  public void onEarlierDeadline(Runnable listener) {
    onEarlierDeadline = listener;
  }

  /** Machine time at which the next timer is due, or {@link #NEVER}. */
  public long nextDeadlineNanos() {
    return first == null ? NEVER : first.deadlineNanos;
  }

  /** Fires every timer that is due at {@code nowNanos}, those set by the fired ones included. */
  public void fireDue(long nowNanos) {
    while (first != null && first.deadlineNanos <= nowNanos) {
      Timer due = first;
      remove(due);
      due.action.run();
    }
  }

  void insert(Timer timer) {
    Timer previous = null;
    Timer next = first;
    while (next != null && next.isBefore(timer)) {
      previous = next;
      next = next.next;
    }
    timer.next = next;
    timer.pending = true;
    if (previous == null) {
      first = timer;
      onEarlierDeadline.run();
    } else {
      previous.next = timer;
    }
  }

  void remove(Timer timer) {
    timer.pending = false;
    if (first == timer) {
      first = timer.next;
    } else {
      Timer previous = first;
      while (previous.next != timer) {
        previous = previous.next;
      }
      previous.next = timer.next;
    }
    timer.next = null;
  }

  /** One timer of a device; setting it again moves it. */
  public static final class Timer {
    private final TimerQueue queue;
    private final int order;
    private final Runnable action;
    private Timer next;
    private long deadlineNanos;
    private boolean pending;

    private Timer(TimerQueue queue, int order, Runnable action) {
      this.queue = queue;
      this.order = order;
      this.action = action;
    }

    /** Sets the timer to fire once at the given machine time; a time in the past fires at the next opportunity. */
    public void scheduleAt(long nanos) {
      cancel();
      deadlineNanos = nanos;
      queue.insert(this);
    }

    /** Takes the timer back; nothing happens if it is not set. */
    public void cancel() {
      if (pending) {
        queue.remove(this);
      }
    }

    /** Tells whether the timer is set and has not fired. */
    public boolean pending() {
      return pending;
    }

    /** The machine time at which it fires; meaningful only while {@link #pending()}. */
    public long deadlineNanos() {
      return deadlineNanos;
    }

    private boolean isBefore(Timer other) {
      return deadlineNanos < other.deadlineNanos
          || deadlineNanos == other.deadlineNanos && order < other.order;
    }
  }
}
