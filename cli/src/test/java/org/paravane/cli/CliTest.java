package org.paravane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.cli.terminal.Host;
import org.paravane.cli.terminal.Terminal;
import org.paravane.core.machine.ExitReason;
import org.paravane.harness.ExitCode;
import org.paravane.harness.spec.BootPath;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.ClockMode;
import org.paravane.harness.testkit.ScriptedGuest;
import org.paravane.harness.testkit.ScriptedHost;

class CliTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final ScriptedTerminal terminal = new ScriptedTerminal();
  private ScriptedHost scripted = host(() -> new ScriptedGuest().print("hello\r\n").powerOff());
  private InputStream input = InputStream.nullInputStream();
  private Map<String, String> environment = Map.of();

  /** A terminal that says which streams are connected to it and counts its changes. */
  private static final class ScriptedTerminal implements Terminal {
    private List<Stream> connected = List.of();
    private int raw;
    private int restored;

    @Override
    public boolean isTerminal(Stream stream) {
      return connected.contains(stream);
    }

    @Override
    public Runnable enterRawMode() {
      raw++;
      return () -> restored++;
    }
  }

  private static ScriptedHost host(Supplier<ScriptedGuest> guests) {
    return new ScriptedHost(guests);
  }

  private void guest(Supplier<ScriptedGuest> guests) {
    scripted = host(guests);
  }

  private int run(OutputStream output, String... args) {
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    return new Cli(scripted.harness(), new Host(input, output, errors, terminal, environment))
        .run(args);
  }

  private int run(String... args) {
    return run(out, args);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private void type(String text) {
    input = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void embeddedKernelBootsOnThePlatformThatIsNamed() {
    assertThat(run("boot", "--platform", "bare")).isZero();
    assertThat(scripted.specs()).singleElement().isEqualTo(BootSpec.of("test64").build());
    assertThat(out()).isEqualTo("hello\r\n");
    assertThat(err()).startsWith("paravane: The guest powered off (ACPI S5).\n");
  }

  @Test
  void withoutAnArgumentTheEmbeddedKernelBootsOnEveryPlatformThatTakesIt() {
    assertThat(run("boot", "--append", "x")).isZero();
    assertThat(scripted.specs()).extracting(BootSpec::platform).containsExactly("bare");
    assertThat(scripted.specs()).extracting(BootSpec::append).containsExactly("x");
    assertThat(out().lines())
        .satisfiesExactly(
            head -> assertThat(head).startsWith("platform  image "),
            row ->
                assertThat(row)
                    .matches("bare +test64 +script +2 +700 +0\\.000 s +[0-9.]+ s +passed"));
    assertThat(err()).isEqualTo("paravane: 1 boots, all passed.\n");
  }

  @Test
  void matrixFailsWithTheFirstFailureAndReportsAll(@TempDir Path folder) throws IOException {
    guest(() -> new ScriptedGuest().print("hello\r\n").powerOff());
    Path junit = folder.resolve("m.xml");
    Path json = folder.resolve("m.json");
    assertThat(
            run(
                "matrix",
                "test64",
                "test64",
                "--expect",
                "bye",
                "--jobs",
                "2",
                "--report",
                "junit=" + junit,
                "--report",
                "json=" + json))
        .isEqualTo(ExitCode.MARKER_MISSING.code());
    assertThat(out().lines().filter(line -> line.endsWith("failed"))).hasSize(2);
    assertThat(err()).contains("'bye' was not seen").endsWith("paravane: 2 boots, 2 failed.\n");
    assertThat(junit).content().contains("tests=\"2\"", "failures=\"2\"");
    assertThat(json).content().contains("\"boots\"", "\"exitCode\" : 11", "\"entry\" : \"script\"");
  }

  @Test
  void matrixKeepsToThePlatformThatIsNamed() {
    assertThat(run("matrix", "test64", "--platform", "xen-pv")).isZero();
    assertThat(scripted.specs()).extracting(BootSpec::platform).containsExactly("xen-pv");
  }

  @Test
  void everyOptionArrives() {
    assertThat(
            run(
                "boot",
                "test64",
                "--platform",
                "xen-pv",
                "--append",
                "a b",
                "--memory",
                "1G",
                "--cpus",
                "2",
                "--expect",
                "hel",
                "--expect",
                "/l+o/",
                "--forbid",
                "bad",
                "--fail-on",
                "panic,warning",
                "--timeout",
                "1.5m",
                "--max-instructions",
                "2G",
                "--idle-timeout",
                "500ms",
                "--linger",
                "3",
                "--clock",
                "host",
                "--ns-per-instruction",
                "8",
                "--seed",
                "42",
                "--boot-path",
                "bzimage",
                "--debug-exit-map",
                "16=0,0x11=1",
                "--frames=shuffled"))
        .isZero();
    BootSpec spec = scripted.specs().getFirst();
    assertThat(spec.platform()).isEqualTo("xen-pv");
    assertThat(spec.append()).isEqualTo("a b");
    assertThat(spec.memoryBytes()).isEqualTo(1L << 30);
    assertThat(spec.cpus()).isEqualTo(2);
    assertThat(spec.expect()).extracting(marker -> marker.source()).containsExactly("hel", "/l+o/");
    assertThat(spec.forbid()).extracting(marker -> marker.source()).containsExactly("bad");
    assertThat(spec.failOn()).extracting(rule -> rule.name()).containsExactly("panic", "warning");
    assertThat(spec.limits().wallTime()).contains(Duration.ofSeconds(90));
    assertThat(spec.limits().instructions()).hasValue(2_000_000_000L);
    assertThat(spec.limits().silence()).contains(Duration.ofMillis(500));
    assertThat(spec.limits().linger()).isEqualTo(Duration.ofSeconds(3));
    assertThat(spec.clock()).isEqualTo(ClockMode.HOST);
    assertThat(spec.nanosPerInstruction()).isEqualTo(8);
    assertThat(spec.seed()).isEqualTo(42);
    assertThat(spec.bootPath()).isEqualTo(BootPath.BZIMAGE);
    assertThat(spec.debugExitMap()).isEqualTo(Map.of(16, 0, 17, 1));
    assertThat(spec.platformOptions()).isEqualTo(Map.of("frames", "shuffled"));
  }

  @Test
  void spellingsOfQemuAreUnderstood(@TempDir Path folder) throws IOException {
    Path initrd = Files.writeString(folder.resolve("initrd"), "x");
    assertThat(
            run(
                "boot",
                "-kernel",
                "test64",
                "-initrd",
                initrd.toString(),
                "-append",
                "quiet",
                "-m",
                "256",
                "-smp",
                "4"))
        .isZero();
    assertThat(scripted.specs())
        .singleElement()
        .isEqualTo(
            BootSpec.of("test64")
                .initrd(initrd)
                .append("quiet")
                .memoryBytes(256L << 20)
                .cpus(4)
                .build());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "boot --memory lots|'lots' is not an amount of memory",
        "boot --memory 99999999T|more memory than there is",
        "boot --memory 10K|from 1M",
        "boot --cpus 0|1 to 64 processors, not 0",
        "boot --cpus many|--cpus",
        "boot --expect /a(/|/a(/ is malformed",
        "boot --timeout soon|'soon' is not a span of time",
        "boot --timeout 0|greater than zero",
        "boot --max-instructions 1e9|not a number of instructions",
        "boot --fail-on oom|no rule 'oom'",
        "boot --clock sundial|--clock",
        "boot --report xml=a|json=FILE, junit=FILE or html=FILE",
        "boot --escape ctrl-1|ctrl-a to ctrl-z",
        "boot --debug-exit-map 16|not VALUE=CODE",
        "boot --no-such|--no-such",
        "boot --frames shuffled|--frames needs a --platform",
        "boot test64 --trace irqs|none of insn, block, fault, irq, io, msr, hypercall, mmu",
        "boot test64 --trace-file t.txt|without --trace",
        "boot test64 --trace io --trace-address 5|not FROM-TO",
        "boot test64 --trace io --trace-instructions 9-3|not FROM-TO in instructions",
        "boot test64 --trace io --trace-format xml|--trace-format",
        "boot test64 --profile-every 0|at least 1",
        "boot test64 --gdb 0 --trace io|under gdb",
        "boot a b|b",
        "boot test64 -kernel test64|named twice",
        "boot --platform nowhere|no platform 'nowhere'",
        "images|Say what to do",
        "-kernel x|-kernel",
        "bench --rounds 0|--rounds and --boots are at least 1",
        "bench --only x|--only",
        "frobnicate|frobnicate"
      })
  void mistakesAreOneSentenceAndCodeTwo(String arguments, String words) {
    assertThat(run(arguments.split(" "))).isEqualTo(2);
    assertThat(err()).contains(words).hasLineCount(1);
    assertThat(out()).isEmpty();
  }

  @Test
  void missingImageIsCodeThree() {
    assertThat(run("boot", "vmlinux-missing")).isEqualTo(3);
    assertThat(err()).isEqualTo("paravane: There is no file 'vmlinux-missing'.\n");
    assertThat(run("boot", "test64", "--initrd", "no-such-initrd")).isEqualTo(3);
    assertThat(err()).endsWith("paravane: The initrd no-such-initrd does not exist.\n");
    assertThat(run("boot", "test64", "--module", "no-such-module quiet")).isEqualTo(3);
    assertThat(err()).endsWith("paravane: The module no-such-module does not exist.\n");
  }

  @Test
  void unwritableReportIsCodeFourBeforeTheBoot(@TempDir Path folder) {
    assertThat(run("boot", "test64", "--report", "json=" + folder.resolve("no/r.json")))
        .isEqualTo(4);
    assertThat(scripted.specs()).isEmpty();
    assertThat(err()).contains("cannot be written").hasLineCount(1);
  }

  @Test
  void reportsAreWrittenForRunsAndForRefusals(@TempDir Path folder) {
    Path json = folder.resolve("r.json");
    Path junit = folder.resolve("r.xml");
    assertThat(run("boot", "test64", "--report", "json=" + json, "--report", "junit=" + junit))
        .isZero();
    assertThat(json).content().contains("\"guest-shutdown\"");
    assertThat(junit).content().contains("failures=\"0\"");
    assertThat(
            run("boot", "debian-cloud", "--report", "json=" + json, "--report", "junit=" + junit))
        .isEqualTo(3);
    assertThat(json).content().contains("\"IMAGE_NOT_FETCHED\"");
    assertThat(junit).content().contains("skipped=\"1\"");
  }

  @Test
  void failureScreenSaysWhatIsNeededToGoOn() {
    guest(() -> new ScriptedGuest().print("Wellcome to test\r\n\033[2Jbye\007\r\n").powerOff());
    assertThat(run("boot", "test64", "--expect", "Welcome to test", "--append", "it's"))
        .isEqualTo(11);
    assertThat(err())
        .startsWith(
            "paravane: The guest powered off (ACPI S5) and the marker 'Welcome to test' was not"
                + " seen.\n")
        .contains("waited for 'Welcome to test' (marker 1 of 1)")
        .contains("closest line Wellcome to test")
        .contains("  | bye\u2407\n")
        .contains("RIP 0xffffffff81000000  start_kernel+0x10")
        .contains("hlt")
        .contains("rax 0000000000000000")
        .contains("instructions")
        .contains("repeat paravane boot test64 --expect 'Welcome to test' --append 'it'\\''s'")
        .doesNotContain("\033");
  }

  @Test
  void silentGuestGetsAHint() {
    guest(() -> new ScriptedGuest().end(new ExitReason.TripleFault()));
    assertThat(run("boot", "test64")).isEqualTo(15);
    assertThat(err()).contains("console=ttyS0");
  }

  @Test
  void quietSaysOneSentenceOnlyWhenSomethingIsWrong() {
    assertThat(run("boot", "test64", "-q")).isZero();
    assertThat(err()).isEmpty();
    guest(() -> new ScriptedGuest().print("x").end(new ExitReason.Halted()));
    assertThat(run("boot", "test64", "-q")).isEqualTo(17);
    assertThat(err()).isEqualTo("paravane: The guest halted for good: no interrupt can wake it.\n");
  }

  @Test
  void verboseTellsPhasesAndCounters() {
    run("boot", "test64", "-vv");
    assertThat(err()).contains("first output").contains("tlb misses 7");
  }

  @Test
  void colourIsForTerminalsThatWantIt() {
    terminal.connected = List.of(Terminal.Stream.ERROR);
    run("boot", "test64");
    assertThat(err()).contains("\033[32m");
    err.reset();
    environment = Map.of("NO_COLOR", "1");
    run("boot", "test64");
    assertThat(err()).doesNotContain("\033[32m");
    run("boot", "test64", "--color", "always");
    assertThat(err()).contains("\033[32m");
  }

  @Test
  void statusLineIsOnlyForATerminalThatTheConsoleDoesNotUse() {
    guest(() -> new ScriptedGuest().print("x").work(3_000_000).powerOff());
    terminal.connected = List.of(Terminal.Stream.ERROR);
    run("boot", "test64", "--color=never");
    assertThat(err()).contains("\r\033[K[first output] guest time").contains("MIPS");
    err.reset();
    terminal.connected = List.of(Terminal.Stream.ERROR, Terminal.Stream.OUTPUT);
    run("boot", "test64", "--color=never");
    assertThat(err()).doesNotContain("\033");
  }

  @Test
  void pipedInputReachesTheGuestWholeIncludingTheEscapeKey() {
    guest(() -> new ScriptedGuest().awaitInput(4).echo(4).powerOff());
    type("a\001xb");
    assertThat(run("boot", "test64", "--timeout", "20")).isZero();
    assertThat(out()).isEqualTo("a\001xb");
  }

  @Test
  void inputCanBeLeftAlone() {
    input =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("nobody may read");
          }
        };
    assertThat(run("boot", "test64", "--no-stdin")).isZero();
  }

  @Test
  void terminalIsRawDuringTheRunAndPutBackAfterIt() {
    terminal.connected = List.of(Terminal.Stream.INPUT);
    guest(() -> new ScriptedGuest().echo(3).powerOff());
    type("a\001\001b");
    assertThat(run("boot", "test64")).isZero();
    assertThat(out()).isEqualTo("a\001b");
    assertThat(terminal.raw).isEqualTo(1);
    assertThat(terminal.restored).isEqualTo(1);
    assertThat(err())
        .startsWith("paravane: console of test64 on bare; Ctrl-A x leaves, Ctrl-A h shows this");
  }

  @Test
  void escapeKeyLeaves() {
    terminal.connected = List.of(Terminal.Stream.INPUT);
    guest(() -> new ScriptedGuest().print("login: ").echo(1000));
    type("root\001x");
    assertThat(run("boot", "test64")).isEqualTo(130);
    assertThat(err()).contains("Stopped by the user.");
    assertThat(terminal.restored).isEqualTo(1);
  }

  @Test
  void unfinishedConsoleLineDoesNotRunIntoOurs() {
    terminal.connected = List.of(Terminal.Stream.OUTPUT, Terminal.Stream.ERROR);
    guest(() -> new ScriptedGuest().print("login: ").powerOff());
    run("boot", "test64", "--color=never");
    assertThat(err()).startsWith(System.lineSeparator() + "paravane: ");
  }

  @Test
  void escapeKeyCanBeChanged() {
    terminal.connected = List.of(Terminal.Stream.INPUT);
    guest(() -> new ScriptedGuest().echo(1000));
    type("\001x\002h\002x");
    assertThat(run("boot", "test64", "--escape", "^b")).isEqualTo(130);
    assertThat(err().split("Ctrl-B x leaves", -1)).hasSize(3);
  }

  @Test
  void bugIsOneSentenceWithADumpAndCodeSeventy() throws IOException {
    terminal.connected = List.of(Terminal.Stream.INPUT);
    guest(() ->
        new ScriptedGuest()
            .act(() -> {
              throw new IllegalStateException("boom");
            }));
    assertThat(run("boot", "test64", "--no-stdin")).isEqualTo(70);
    assertThat(err()).contains("bug in Paravane").contains("boom").hasLineCount(1);
    Path dump = Path.of(err().replaceAll("(?s).*details are in (.*)\\.\\s*", "$1"));
    assertThat(dump)
        .content()
        .contains("RIP 0xffffffff81000000")
        .contains("IllegalStateException: boom");
    Files.delete(dump);
  }

  @Test
  void bugWhileTheTerminalIsRawPutsItBack() throws IOException {
    terminal.connected = List.of(Terminal.Stream.INPUT);
    guest(() ->
        new ScriptedGuest()
            .act(() -> {
              throw new AssertionError("boom");
            }));
    assertThat(run("boot", "test64")).isEqualTo(70);
    assertThat(terminal.restored).isEqualTo(1);
    Files.delete(Path.of(err().replaceAll("(?s).*details are in (.*)\\.\\s*", "$1")));
  }

  @Test
  void closedOutputIsCodeFour() {
    guest(() -> new ScriptedGuest().print("x".repeat(10_000)).work(Long.MAX_VALUE));
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(run(closed, "boot", "test64")).isEqualTo(4);
    assertThat(err()).contains("standard output: Broken pipe").hasLineCount(1);
  }

  @Test
  void helpOfBootHasGroupsExamplesAndEveryExitCode() {
    assertThat(run("boot", "--help")).isZero();
    assertThat(out())
        .contains("Machine:", "Verdict and limits:", "Console and reports:", "Examples:", "-smp");
    for (ExitCode code : ExitCode.values()) {
      assertThat(out()).contains("%3d  %s".formatted(code.code(), code.meaning()));
    }
    assertThat(err()).isEmpty();
  }

  @Test
  void helpAndVersionGoToTheStandardOutput() {
    assertThat(run("--help")).isZero();
    assertThat(out()).contains("boot", "images", "inspect", "platforms", "Examples:");
    out.reset();
    assertThat(run("--version")).isZero();
    assertThat(out()).startsWith("paravane ");
  }

  @Test
  void imagesAreListedFetchedAndRemoved() {
    assertThat(run("images", "fetch", "debian-cloud")).isZero();
    assertThat(err()).isEqualTo("Fetching debian-cloud\n");
    assertThat(run("images", "list")).isZero();
    assertThat(out()).containsPattern("test64 +embedded").containsPattern("debian-cloud +fetched");
    assertThat(run("images", "remove", "debian-cloud")).isZero();
    assertThat(err()).endsWith("The image debian-cloud is removed.\n");
  }

  @Test
  void platformsAndInspectPrintWhatTheBackendSays() {
    run("platforms");
    assertThat(out()).containsPattern("xen-pv +Xen, paravirtual");
    run("inspect", "test64");
    assertThat(out()).contains("test64: ELF64").containsPattern("entry +0x1000000");
    assertThat(run("inspect", "nothing")).isEqualTo(3);
  }

  @Test
  void completionScriptIsGenerated() {
    assertThat(run("completion")).isZero();
    assertThat(out()).contains("paravane").contains("--platform");
  }

  @Test
  void manualPageHasTheCommandsAndTheExitCodes() {
    assertThat(run("man")).isZero();
    assertThat(out())
        .startsWith(".TH \"PARAVANE\" \"1\"")
        .contains(".SS \"paravane images fetch\"", "\\-\\-expect", "  130  stopped by the user");
  }

  @Test
  void matrixWritesAPage(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("matrix.html");
    assertThat(run("matrix", "--report", "html=" + page)).isZero();
    assertThat(page).content().startsWith("<!doctype html>").contains("test64 on bare", "hello");
  }
}
