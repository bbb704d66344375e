package org.paravane.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.paravane.boot.elf.ElfFile;
import org.paravane.boot.format.ImageBytes;
import org.paravane.cli.options.Endpoint;
import org.paravane.debug.symbols.KernelSymbols;
import org.paravane.debug.symbols.Symbols;
import org.paravane.harness.BootListener;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootSession;
import org.paravane.harness.Harness;
import org.paravane.harness.RunOutcome;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.Platforms;
import org.w3c.dom.Document;

/** The test kernel under a debugger, over the wire. */
class GdbBootTest {
  private static final int RBX = 1;
  private static final int RIP = 16;
  private static final BootSpec SPEC = BootSpec.of("test64").expect("BOOT OK").build();
  private static final Symbols SYMBOLS = symbols();

  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              Platforms.installed().all().stream()
                  .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
                  .toList()));
  private final ConcurrentLinkedQueue<Integer> console = new ConcurrentLinkedQueue<>();

  private static Symbols symbols() {
    try (var file = GdbBootTest.class.getResourceAsStream("/org/paravane/images/test64.elf")) {
      return KernelSymbols.of(ElfFile.parse(ImageBytes.of("test64", file.readAllBytes())));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static long address(String symbol) {
    return SYMBOLS.address(symbol).orElseThrow();
  }

  /** Boots with a debugger that connects before the first instruction. */
  private BootReport boot(BootSpec spec, Consumer<GdbSocket> debugger) {
    BootListener listener =
        new BootListener() {
          @Override
          public void console(int value) {
            console.add(value);
          }
        };
    try (GdbDebugger server = GdbDebugger.listen(new Endpoint("127.0.0.1", 0), spec, true)) {
      CompletableFuture<Void> client =
          // A thread of its own: it blocks, and the boot needs the common pool's few.
          CompletableFuture.runAsync(
              () -> {
                try (GdbSocket socket = new GdbSocket(server.endpoint().port())) {
                  debugger.accept(socket);
                } catch (Throwable e) {
                  server.release();
                  throw e;
                }
              },
              Thread::startVirtualThread);
      BootSession session = harness.prepare(spec, listener, Optional.of(server));
      BootReport report = session.run();
      server.close();
      client.join();
      return report;
    }
  }

  private BootReport boot(Consumer<GdbSocket> debugger) {
    return boot(SPEC, debugger);
  }

  private static String insert(int kind, String symbol, int size) {
    return "Z%d,%x,%d".formatted(kind, address(symbol), size);
  }

  private static void continueTo(GdbSocket gdb, String symbol) {
    assertThat(gdb.ask(insert(0, symbol, 1))).isEqualTo("OK");
    assertThat(gdb.ask("c")).isEqualTo("T05thread:1;swbreak:;");
    assertThat(gdb.register(RIP)).isEqualTo(address(symbol));
    assertThat(gdb.ask(insert(0, symbol, 1).replace('Z', 'z'))).isEqualTo("OK");
  }

  private static long instructions(GdbSocket gdb) {
    return Long.parseLong(gdb.monitor("info").split(" ")[0]);
  }

  @Test
  void describesItsRegistersInTheirOrder() {
    boot(gdb -> {
      assertThat(gdb.ask("qSupported:swbreak+"))
          .contains("qXfer:features:read+", "ReverseStep+", "ReverseContinue+");
      assertThat(gdb.ask("QStartNoAckMode")).isEqualTo("OK");
      String xml = gdb.ask("qXfer:features:read:target.xml:0,fff0");
      assertThat(xml).startsWith("l<?xml");
      int bits = 0;
      var registers = parse(xml.substring(1)).getElementsByTagName("reg");
      for (int i = 0; i < registers.getLength(); i++) {
        bits +=
            Integer.parseInt(
                registers.item(i).getAttributes().getNamedItem("bitsize").getNodeValue());
      }
      assertThat(gdb.ask("g")).hasSize(bits / 4);
      assertThat(gdb.ask("qXfer:features:read:target.xml:0,10"))
          .isEqualTo("m" + xml.substring(1, 17));
      gdb.ask("D");
    });
  }

  private static Document parse(String xml) {
    try {
      var factory = DocumentBuilderFactory.newInstance();
      factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
      return factory
          .newDocumentBuilder()
          .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void stopsAndContinuesWithoutTheGuestsNoticing() {
    BootReport alone = harness.boot(SPEC);
    int[] stops = new int[1];
    BootReport debugged =
        boot(gdb -> {
          gdb.ask(insert(0, "print", 1));
          gdb.ask(insert(1, "timer_ticked", 1));
          gdb.ask(insert(4, "page_faults", 8));
          while (gdb.ask("vCont;c").startsWith("T05")) {
            stops[0]++;
          }
        });
    assertThat(stops[0]).isGreaterThan(20);
    assertThat(debugged.outcome().end().instructions())
        .isEqualTo(alone.outcome().end().instructions());
    assertThat(debugged.outcome().end().virtualNanos())
        .isEqualTo(alone.outcome().end().virtualNanos());
    assertThat(debugged.console().sha256()).isEqualTo(alone.console().sha256());
    assertThat(debugged.exitCode()).isZero();
  }

  @Test
  void eachStepIsOneInstructionAndTheGuestDoesNotNotice() {
    BootReport alone = harness.boot(SPEC);
    BootReport debugged =
        boot(gdb -> {
          continueTo(gdb, "timer_ticked");
          long before = instructions(gdb);
          for (int i = 0; i < 300; i++) {
            assertThat(gdb.ask("vCont;s:1;c")).isEqualTo("T05thread:1;");
          }
          // A step over HLT goes on to the interrupt's handler, and an interrupt counts as one.
          assertThat(instructions(gdb)).isBetween(before + 300, before + 310);
          gdb.ask("D");
        });
    assertThat(debugged.outcome().end().instructions())
        .isEqualTo(alone.outcome().end().instructions());
  }

  @Test
  void readsAndWritesMemoryByLinearAndPhysicalAddress() {
    boot(gdb -> {
      continueTo(gdb, "kernel_main");
      String at = "%x".formatted(address("print"));
      String code = gdb.ask("m" + at + ",10");
      assertThat(code).hasSize(32);
      assertThat(gdb.ask("m7fff00000000,4")).isEqualTo("E14");
      assertThat(gdb.ask("M" + at + ",2:ebfe")).isEqualTo("OK");
      assertThat(gdb.ask("m" + at + ",3")).isEqualTo("ebfe" + code.substring(4, 6));
      assertThat(gdb.ask("X%s,2:%c%c".formatted(at, 0x12, 0xf3))).isEqualTo("OK");
      assertThat(gdb.ask("Qqemu.PhyMemMode:1")).isEqualTo("OK");
      assertThat(gdb.ask("m" + at + ",2")).isEqualTo("12f3");
      assertThat(gdb.ask("M" + at + ",2:" + code.substring(0, 4))).isEqualTo("OK");
      assertThat(gdb.ask("mfee00000,4")).isEqualTo("E14");
      assertThat(gdb.monitor("disassemble")).contains("push");
      assertThat(gdb.monitor("registers")).contains("gdtr base", "dr7 ");
      assertThat(gdb.monitor("nonsense")).contains("'monitor help'");
      assertThat(gdb.monitor("physical off")).isEqualTo("addresses are linear\n");
      assertThat(gdb.monitor("translate 0x" + at)).isEqualTo(at + " is at physical " + at + "\n");
      gdb.ask("D");
    });
    assertThat(printed()).contains("BOOT OK");
  }

  private String printed() {
    StringBuilder text = new StringBuilder();
    console.forEach(value -> text.append((char) (int) value));
    return text.toString();
  }

  @Test
  void writesRegisters() {
    boot(gdb -> {
      continueTo(gdb, "kernel_main");
      assertThat(gdb.ask("P1=efcdab8967452301")).isEqualTo("OK");
      assertThat(gdb.register(RBX)).isEqualTo(0x0123_4567_89ab_cdefL);
      String all = gdb.ask("g");
      assertThat(gdb.ask("G" + "00".repeat(16) + all.substring(32))).isEqualTo("OK");
      assertThat(gdb.ask("g")).isEqualTo("00".repeat(16) + all.substring(32));
      assertThat(gdb.ask("G" + all)).isEqualTo("OK");
      // XMM0 and ST0
      assertThat(gdb.ask("P28=" + "0123456789abcdef".repeat(2))).isEqualTo("OK");
      assertThat(gdb.ask("p28")).isEqualTo("0123456789abcdef".repeat(2));
      assertThat(gdb.ask("P18=00000000000000c0ff3f")).isEqualTo("OK");
      assertThat(gdb.ask("p18")).isEqualTo("00000000000000c0ff3f");
      // CR4 with a bit that does not exist
      assertThat(gdb.ask("P3e=00000000000000f0")).isEqualTo("E01");
      assertThat(gdb.ask("pff")).isEqualTo("E01");
      assertThat(gdb.ask("Pzz=00")).isEqualTo("E22");
      gdb.ask("k");
    });
  }

  @Test
  void watchpointsStopBehindTheInstructionThatAccesses() {
    boot(gdb -> {
      continueTo(gdb, "kernel_main");
      String counter = "%x".formatted(address("page_faults"));
      gdb.ask(insert(2, "page_faults", 4));
      assertThat(gdb.ask("c")).isEqualTo("T05thread:1;watch:" + counter + ";");
      assertThat(gdb.ask("m" + counter + ",4")).isEqualTo("01000000");
      long after = instructions(gdb);
      gdb.ask("bs");
      assertThat(gdb.ask("m" + counter + ",4")).isEqualTo("00000000");
      assertThat(instructions(gdb)).isEqualTo(after - 1);
      gdb.ask(insert(2, "page_faults", 4).replace('Z', 'z'));
      gdb.ask(insert(3, "page_faults", 4));
      assertThat(gdb.ask("c")).isEqualTo("T05thread:1;rwatch:" + counter + ";");
      gdb.ask("D");
    });
  }

  @Test
  void goesBackToWhereItWas() {
    BootReport alone = harness.boot(SPEC);
    BootReport debugged =
        boot(gdb -> {
          continueTo(gdb, "timer_ticked");
          String there = gdb.ask("g");
          long count = instructions(gdb);
          gdb.ask("s");
          gdb.ask("s");
          assertThat(gdb.ask("bs")).isEqualTo("T05thread:1;");
          assertThat(gdb.ask("bs")).isEqualTo("T05thread:1;");
          assertThat(gdb.ask("g")).isEqualTo(there);
          assertThat(instructions(gdb)).isEqualTo(count);
          gdb.ask(insert(0, "kernel_main", 1));
          assertThat(gdb.ask("bc")).isEqualTo("T05thread:1;swbreak:;");
          assertThat(gdb.register(RIP)).isEqualTo(address("kernel_main"));
          assertThat(gdb.ask("bc")).isEqualTo("T05thread:1;replaylog:begin;");
          assertThat(instructions(gdb)).isZero();
          gdb.ask("D");
        });
    assertThat(printed().getBytes(StandardCharsets.UTF_8)).isEqualTo(alone.console().bytes());
    assertThat(debugged.console().sha256()).isEqualTo(alone.console().sha256());
    assertThat(debugged.outcome().end().instructions())
        .isEqualTo(alone.outcome().end().instructions());
  }

  @Test
  void aWayBackPassesWhatTheUserChanged() {
    boot(gdb -> {
      continueTo(gdb, "kernel_main");
      gdb.ask("P1=1100000000000000");
      gdb.ask("s");
      String there = gdb.ask("g");
      gdb.ask("s");
      gdb.ask("bs");
      assertThat(gdb.ask("g")).isEqualTo(there);
      assertThat(gdb.register(RBX)).isEqualTo(0x11);
      gdb.ask("D");
    });
    assertThat(printed()).containsOnlyOnce("BOOT OK");
  }

  @Test
  void interruptsAGuestThatSpinsAndKillsIt() {
    BootReport report =
        boot(gdb -> {
          continueTo(gdb, "kernel_main");
          gdb.ask("M%x,2:ebfe".formatted(address("kernel_main")));
          gdb.send("c");
          gdb.interrupt();
          assertThat(gdb.reply()).isEqualTo("T02thread:1;");
          assertThat(gdb.register(RIP)).isEqualTo(address("kernel_main"));
          gdb.send("k");
        });
    assertThat(report.outcome()).isInstanceOf(RunOutcome.Interrupted.class);
  }

  @Test
  void aDebuggerThatGoesAwayLeavesTheGuestRunning() {
    BootReport report =
        boot(gdb -> {
          gdb.ask(insert(0, "print", 1));
          gdb.ask("c");
        });
    assertThat(report.exitCode()).isZero();
  }

  @Test
  void everyProcessorIsAThread() {
    BootSpec two = BootSpec.of("test64").expect("BOOT OK").cpus(2).build();
    BootReport report =
        boot(
            two,
            gdb -> {
              assertThat(gdb.ask("qfThreadInfo")).isEqualTo("m1,2");
              assertThat(gdb.ask("qsThreadInfo")).isEqualTo("l");
              assertThat(gdb.ask("T2")).isEqualTo("OK");
              assertThat(gdb.ask("T3")).isEqualTo("E01");
              assertThat(gdb.ask("Hg2")).isEqualTo("OK");
              assertThat(gdb.ask("qC")).isEqualTo("QC2");
              gdb.ask("Hg1");
              continueTo(gdb, "kernel_main");
              long there = instructions(gdb);
              gdb.ask("s");
              assertThat(gdb.ask("bs")).isEqualTo("T05thread:1;");
              assertThat(instructions(gdb)).isEqualTo(there);
              gdb.ask("D");
            });
    assertThat(report.exitCode()).isZero();
  }

  @Test
  void aPortInUseIsRefusedInOneSentence() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Endpoint endpoint = new Endpoint("127.0.0.1", taken.getLocalPort());
      assertThatThrownBy(() -> GdbDebugger.listen(endpoint, SPEC, false))
          .isInstanceOf(HarnessException.class)
          .hasMessageMatching("gdb can't be waited for at 127.0.0.1:\\d+: .*\\.");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"vCont;s:99", "Z9,1,1", "m", "Mzz", "vFile:setfs:0", "\0\1", "qXfer:x", "Hg7f"})
  void whatMakesNoSenseIsRefused(String packet) {
    boot(gdb -> {
      assertThat(gdb.ask(packet)).isIn("", "E01", "E22", "E00");
      gdb.ask("D");
    });
  }
}
