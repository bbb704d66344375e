package org.paravane.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.paravane.boot.image.ElfKernel;
import org.paravane.boot.image.KernelImages;
import org.paravane.core.execution.Machine;
import org.paravane.debug.symbols.KernelSymbols;
import org.paravane.debug.symbols.Symbols;
import org.paravane.debug.trace.TraceCategory;
import org.paravane.debug.trace.TraceEvent;
import org.paravane.debug.trace.TraceFilter;
import org.paravane.debug.trace.TraceFormat;
import org.paravane.debug.trace.TraceRange;
import org.paravane.debug.trace.Tracer;
import org.paravane.harness.BootListener;
import org.paravane.harness.BootReport;
import org.paravane.harness.BootSession;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import org.paravane.harness.adapter.ProviderPlatform;
import org.paravane.harness.spec.BootSpec;
import org.paravane.harness.spi.BootPlatform;
import org.paravane.platform.Platforms;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The test kernels while they are traced. */
class TraceBootTest {
  private final Harness harness =
      new Harness(
          new CatalogueLibrary(Path.of("no-such-cache")),
          new InstalledPlatforms(
              Platforms.installed().all().stream()
                  .<BootPlatform>map(provider -> new ProviderPlatform(provider, _ -> List.of()))
                  .toList()));

  private final ObjectMapper json = new ObjectMapper();

  private BootReport boot(BootSpec spec, TraceFilter filter, Consumer<TraceEvent> events) {
    BootSession session = harness.prepare(spec, BootListener.NONE);
    Symbols symbols =
        KernelImages.parse(session.image().kernel(), session.image().name())
            .elfKernel()
            .map(ElfKernel::elf)
            .map(KernelSymbols::of)
            .orElseThrow();
    Machine machine = session.machine().machine().orElseThrow();
    if (!filter.categories().isEmpty()) {
      Tracer.attach(machine, filter, symbols, events);
    }
    return session.run();
  }

  private List<TraceEvent> events(BootSpec spec, TraceCategory... categories) {
    List<TraceEvent> events = new ArrayList<>();
    boot(spec, TraceFilter.of(List.of(categories)), events::add);
    return events;
  }

  private static BootSpec spec(String image, String platform, int cpus) {
    return BootSpec.of(image).platform(platform).expect("BOOT OK").cpus(cpus).build();
  }

  private static BootSpec bare() {
    return spec("test64", "bare", 1);
  }

  private static String field(TraceEvent event, String name) {
    return event.fields().stream()
        .filter(field -> field.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  @ParameterizedTest
  @CsvSource({"test64,bare,1", "test64,kvm,2", "xenpv,xen-pv,1"})
  void changesNothingThatTheGuestDoes(String image, String platform, int cpus) {
    BootSpec spec = spec(image, platform, cpus);
    TraceFilter nothing = new TraceFilter(Set.of(), List.of(), List.of());
    BootReport plain = boot(spec, nothing, _ -> {});
    List<TraceEvent> events = new ArrayList<>();
    BootReport traced = boot(spec, TraceFilter.of(EnumSet.allOf(TraceCategory.class)), events::add);
    assertThat(traced.outcome().end().instructions())
        .isEqualTo(plain.outcome().end().instructions());
    assertThat(traced.outcome().end().virtualNanos())
        .isEqualTo(plain.outcome().end().virtualNanos());
    assertThat(traced.console().sha256()).isEqualTo(plain.console().sha256());
    assertThat(events).hasSizeGreaterThan(1000);
  }

  @Test
  void tellsOfEveryInstructionOnce() {
    List<TraceEvent> events =
        events(bare(), TraceCategory.INSN, TraceCategory.FAULT, TraceCategory.IRQ);
    // A fault comes when its instruction was told of and not retired; each event is counted too.
    long faults = events.stream().filter(event -> event.category() == TraceCategory.FAULT).count();
    long deliveries =
        events.stream().filter(event -> event.category() != TraceCategory.INSN).count();
    long retired =
        boot(bare(), TraceFilter.of(List.of(TraceCategory.IRQ)), _ -> {})
            .outcome()
            .end()
            .instructions();
    assertThat(events.size() - deliveries).isEqualTo(retired - deliveries + faults);
  }

  @Test
  void saysTheSameOfAnEventAtFullSpeedAndInstructionByInstruction() {
    List<TraceEvent> slow =
        events(bare(), TraceCategory.INSN, TraceCategory.IO, TraceCategory.MSR, TraceCategory.MMU);
    slow.removeIf(event -> event.category() == TraceCategory.INSN);
    assertThat(events(bare(), TraceCategory.IO, TraceCategory.MSR, TraceCategory.MMU))
        .isEqualTo(slow)
        .isNotEmpty();
  }

  @Test
  void placesAnAccessAtItsInstruction() {
    List<TraceEvent> events = events(bare(), TraceCategory.INSN, TraceCategory.IO);
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).category() == TraceCategory.IO) {
        TraceEvent instruction = events.get(i - 1);
        assertThat(events.get(i).address()).isEqualTo(instruction.address());
        assertThat(events.get(i).instructions()).isEqualTo(instruction.instructions());
        assertThat(field(instruction, "text")).startsWith(field(events.get(i), "access"));
      }
    }
  }

  @Test
  void namesFaultsInterruptsAndTheirPlaces() {
    List<TraceEvent> events = events(bare(), TraceCategory.FAULT, TraceCategory.IRQ);
    TraceEvent fault = events.getFirst();
    assertThat(field(fault, "exception")).isEqualTo("#PF");
    assertThat(field(fault, "error")).isEqualTo("0x2");
    assertThat(fault.place().orElseThrow().symbol().name()).isEqualTo("write_and_expect_fault");
    assertThat(events)
        .anyMatch(event ->
            event.category() == TraceCategory.IRQ && field(event, "source").equals("external"));
  }

  @Test
  void tellsOfHypercalls() {
    assertThat(events(spec("test64", "kvm", 1), TraceCategory.HYPERCALL))
        .isNotEmpty()
        .allMatch(event -> field(event, "instruction").equals("vmcall"));
    assertThat(events(spec("xenpv", "xen-pv", 1), TraceCategory.HYPERCALL))
        .isNotEmpty()
        .allMatch(event -> field(event, "instruction").equals("syscall"));
  }

  @Test
  void keepsToAddressesAndCountsOfInstructions() {
    TraceEvent some = events(bare(), TraceCategory.INSN).get(30_000);
    TraceRange counts = new TraceRange(some.instructions() - 100, some.instructions() + 100);
    TraceRange place = new TraceRange(some.address(), some.address());
    Set<TraceCategory> insn = Set.of(TraceCategory.INSN);
    List<TraceEvent> within = new ArrayList<>();
    boot(bare(), new TraceFilter(insn, List.of(), List.of(counts)), within::add);
    assertThat(within).contains(some).allMatch(event -> counts.contains(event.instructions()));
    List<TraceEvent> there = new ArrayList<>();
    boot(bare(), new TraceFilter(insn, List.of(place), List.of(counts)), there::add);
    assertThat(there)
        .isEqualTo(within.stream().filter(event -> event.address() == some.address()).toList());
  }

  @Test
  void writesTextAndJson() {
    TraceEvent event =
        new TraceEvent(
            7,
            1,
            0xffff_ffff_8100_0000L,
            Optional.empty(),
            TraceCategory.INSN,
            List.of(
                new TraceEvent.Field("size", "2", true),
                new TraceEvent.Field("text", "a \"b\" \\", false)));
    assertThat(TraceFormat.TEXT.line(event))
        .isEqualTo("           7 cpu1 ffffffff81000000 insn size=2 text=a \"b\" \\");
    JsonNode parsed = json.readTree(TraceFormat.JSON.line(event));
    assertThat(parsed.get("instructions").asLong()).isEqualTo(7);
    assertThat(parsed.get("address").asString()).isEqualTo("0xffffffff81000000");
    assertThat(parsed.get("event").asString()).isEqualTo("insn");
    assertThat(parsed.get("size").isNumber()).isTrue();
    assertThat(parsed.get("text").asString()).isEqualTo("a \"b\" \\");
  }
}
