package org.paravane.harness.junit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AssertProvider;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.image.KernelImages;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.execution.Machine;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootSession;
import org.paravane.harness.Harness;
import org.paravane.harness.console.ClosestLine;
import org.paravane.harness.console.TextPattern;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.LoadedImage;

/**
 * A boot in the hands of a test. The guest executes only during a wait: {@link BootRunAssert#reaches}, {@link Input#after},
 * {@link #finish}; otherwise it stands still and can be looked at. Waits follow each other on the console: one begins behind
 * what the one before it has found.
 *
 * <p>Markers are text, or regular expressions written {@code /…/}. For one thread, that of the test.
 */
public final class BootRun implements AssertProvider<BootRunAssert> {
  /** How many instructions a wait may take that does not say it: 5 billion. */
  public static final long DEFAULT_PATIENCE = 5_000_000_000L;

  private static final int LAST_LINES = 15;

  private final BootSpec spec;
  private final Patience patience;
  private final GuestThread guest;
  private final BootSession session;
  private Optional<TextPattern> awaited = Optional.empty();
  private Optional<Input> unsent = Optional.empty();

  private BootRun(BootSpec spec, Patience patience, GuestThread guest, BootSession session) {
    this.spec = spec;
    this.patience = patience;
    this.guest = guest;
    this.session = session;
  }

  /**
   * Prepares a boot.
   *
   * @param patience of waits that do not say their own
   * @throws org.paravane.core.ParavaneException if the boot cannot be tried
   */
  public static BootRun prepare(Harness harness, BootSpec spec, Patience patience) {
    GuestThread guest = new GuestThread();
    BootSession session = harness.prepare(spec, guest);
    guest.attach(session);
    return new BootRun(spec, patience, guest, session);
  }

  /** What boots. */
  public BootSpec spec() {
    return spec;
  }

  /** The platform's name. */
  public String platform() {
    return spec.platform();
  }

  /** Begins to type: see {@link Input#after}, without which the text is typed by the next thing that is asked of this run. */
  public Input send(String text) {
    settle();
    Input input = new Input(text);
    unsent = Optional.of(input);
    return input;
  }

  /** Text that is to be typed. */
  public final class Input {
    private final byte[] bytes;

    private Input(String text) {
      bytes = text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Waits for a marker, then types.
     *
     * @throws AssertionError if it does not come
     */
    public BootRun after(String marker) {
      unsent = Optional.empty();
      await(TextPattern.parse(marker), patience);
      return now();
    }

    /** Types without waiting for anything. */
    public BootRun now() {
      unsent = Optional.empty();
      if (!guest.alive()) {
        throw new AssertionError(about("can't be typed to any more"));
      }
      session.input(bytes);
      return BootRun.this;
    }
  }

  /**
   * Lets the guest run to its end.
   *
   * @throws AssertionError if it does not end
   */
  public BootReport finish() {
    return finish(patience);
  }

  /**
   * Lets the guest run to its end.
   *
   * @throws AssertionError if it does not end within {@code within}
   */
  public BootReport finish(Patience within) {
    settle();
    pursue(new ConsoleGoal(List.of(), limit(within)));
    return guest
        .report()
        .orElseThrow(() -> new AssertionError(about("did not end for " + text(within))));
  }

  /** Everything the guest has printed, without terminal control sequences. */
  public String console() {
    settle();
    return printed();
  }

  /** Whether the guest may still execute something. */
  public boolean alive() {
    settle();
    return guest.alive();
  }

  /** What came of the boot, once it has ended. */
  public Optional<BootReport> report() {
    settle();
    return guest.report();
  }

  /** How many instructions the guest has executed. */
  public long instructions() {
    settle();
    return session.instructions();
  }

  /**
   * A register of the first processor.
   *
   * @param name RAX to R15, RIP, RFLAGS, CR0, CR2, CR3, CR4 or EFER, in either case
   * @throws IllegalArgumentException if there is no such register
   */
  public long register(String name) {
    settle();
    return Registers.of(machine().cpu(0), name);
  }

  /**
   * Memory by linear address, through the page tables of the first processor.
   *
   * @throws AssertionError if a byte of it is not mapped
   */
  public byte[] memory(long address, int length) {
    settle();
    Cpu cpu = machine().cpu(0);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      long physical = cpu.memory.probe(address + i);
      if (physical < 0) {
        throw new AssertionError(about("has nothing mapped at 0x%x".formatted(address + i)));
      }
      bytes[i] = (byte) machine().memory().busRead(physical, 1);
    }
    return bytes;
  }

  /** Memory by guest-physical address; all ones where there is none. */
  public byte[] physicalMemory(long address, int length) {
    settle();
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) machine().memory().busRead(address + i, 1);
    }
    return bytes;
  }

  /**
   * The kernel's ELF file, unpacked: for its symbols, which {@code KernelSymbols.of} of the module debug-tools reads. Addresses are
   * those that it was linked for.
   *
   * @throws IllegalStateException if it has none
   */
  public ElfFile elf() {
    LoadedImage image = session.image();
    return KernelImages.parse(image.kernel(), image.name())
        .elfKernel()
        .orElseThrow(
            () -> new IllegalStateException(image.name() + " is no ELF file and holds none"))
        .elf();
  }

  /** The machine itself, for what the methods here do not tell. It must not be run. */
  public Machine machine() {
    settle();
    return session
        .machine()
        .machine()
        .orElseThrow(() -> new IllegalStateException("this platform's machine can't be looked at"));
  }

  @Override
  public BootRunAssert assertThat() {
    return new BootRunAssert(this);
  }

  /** Waits for a marker at the next thing that is asked of this run, unless {@link #within} comes first. */
  void expect(String marker) {
    settle();
    awaited = Optional.of(TextPattern.parse(marker));
  }

  /** Waits for the expected marker. */
  void within(Patience limit) {
    TextPattern marker =
        awaited.orElseThrow(() ->
            new IllegalStateException("within() limits reaches(), which has to come before it"));
    awaited = Optional.empty();
    await(marker, limit);
  }

  /** Waits for what is still expected, and types what is still to be typed. */
  void settle() {
    if (awaited.isPresent()) {
      within(patience);
    }
    unsent.ifPresent(Input::now);
  }

  /** Ends the guest, whatever it is doing. */
  void end() {
    try {
      guest.end();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the guest has printed, whatever is still waited for. */
  String printed() {
    return new String(guest.printed(), StandardCharsets.UTF_8);
  }

  /** What came of the boot, if it has ended, whatever is still waited for. */
  Optional<BootReport> result() {
    return guest.report();
  }

  private void await(TextPattern marker, Patience limit) {
    ConsoleGoal goal = new ConsoleGoal(List.of(marker), limit(limit));
    pursue(goal);
    if (!goal.reached()) {
      Optional<String> closest = ClosestLine.to(marker, printed().lines().toList());
      throw new AssertionError(
          about("did not print '%s' within %s".formatted(marker.source(), text(limit)))
              + closest.map(line -> "\nClosest line: " + line).orElse(""));
    }
  }

  private void pursue(ConsoleGoal goal) {
    try {
      guest.pursue(goal);
    } catch (InterruptedException e) {
      end();
      Thread.currentThread().interrupt();
      throw new AssertionError(about("was interrupted together with its test"), e);
    }
  }

  private long limit(Patience within) {
    long now = session.instructions();
    return within.instructions() > Long.MAX_VALUE - now
        ? Long.MAX_VALUE
        : now + within.instructions();
  }

  private static String text(Patience patience) {
    return "%,d instructions".formatted(patience.instructions());
  }

  /** A sentence about this boot with the state of the guest and its last lines. */
  private String about(String fact) {
    List<String> lines = printed().lines().toList();
    StringBuilder text = new StringBuilder();
    text.append(spec.image()).append(" on ").append(spec.platform()).append(' ').append(fact);
    text.append(".\nThe guest ").append(GuestState.of(session, guest)).append('.');
    text.append(lines.isEmpty() ? "\nIt printed nothing." : "\nIts last lines:");
    lines
        .subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
        .forEach(line -> text.append("\n  | ").append(line));
    return text.toString();
  }
}
