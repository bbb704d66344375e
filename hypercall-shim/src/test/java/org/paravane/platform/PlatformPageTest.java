package org.paravane.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.platform.testing.PlatformGuest;
import org.paravane.platform.testing.XenGuest;

/** docs/platforms.md against the platforms: advertised CPUID bits and implemented MSRs, neither more nor fewer. */
class PlatformPageTest {
  private static final Path PAGE = Path.of("../docs/platforms.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(CPUID|MSR) ([^`]+)` \\|.*\\| ([a-z]+) \\|");
  private static final List<String> REGISTERS = List.of("EAX", "EBX", "ECX", "EDX");

  /** The words of CPUID whose bits are features. */
  private static final List<String> PROCESSOR_WORDS =
      List.of(
          "1.ECX",
          "1.EDX",
          "6.EAX",
          "7.EBX",
          "7.ECX",
          "7.EDX",
          "80000001.ECX",
          "80000001.EDX",
          "80000007.EDX");

  private static final int X2APIC_MODE = 0x400;
  private static final int APIC_BASE = 0x1b;

  private record Fact(String kind, String item, String state) {}

  private static List<Fact> facts(String platform) throws IOException {
    List<Fact> facts = new ArrayList<>();
    boolean inside = false;
    for (String line : Files.readAllLines(PAGE)) {
      if (line.startsWith("## ")) {
        inside = line.equals("## " + platform);
      }
      Matcher row = ROW.matcher(line);
      if (inside && row.matches()) {
        for (String item : items(row.group(1), row.group(2))) {
          facts.add(new Fact(row.group(1), item, row.group(3)));
        }
      }
    }
    return facts;
  }

  /** "1.ECX.3,5-6" as "1.ECX.3", "1.ECX.5", "1.ECX.6"; "10,12-13" as "10", "12", "13". */
  private static List<String> items(String kind, String text) {
    boolean cpuid = kind.equals("CPUID");
    String prefix = cpuid ? text.substring(0, text.lastIndexOf('.') + 1) : "";
    int radix = cpuid ? 10 : 16;
    List<String> items = new ArrayList<>();
    for (String range : text.substring(prefix.length()).split(",")) {
      String[] ends = range.split("-");
      long last = Long.parseLong(ends[ends.length - 1], radix);
      for (long number = Long.parseLong(ends[0], radix); number <= last; number++) {
        items.add(prefix + Long.toString(number, radix));
      }
    }
    return items;
  }

  /** What the page says there is: bare's, with what the platform adds and takes away. */
  private static TreeSet<String> listed(String platform, String kind, String state)
      throws IOException {
    TreeSet<String> listed = new TreeSet<>();
    for (String section : platform.equals("bare") ? List.of("bare") : List.of("bare", platform)) {
      for (Fact fact : facts(section)) {
        if (fact.kind.equals(kind) && fact.state.equals(state)) {
          listed.add(fact.item);
        } else if (fact.kind.equals(kind)) {
          assertThat(fact.state).as(fact.item).isEqualTo("absent");
          listed.remove(fact.item);
        }
      }
    }
    return listed;
  }

  static Stream<String> platformsWithCpuid() {
    return Stream.concat(platforms(), Stream.of("xen-pv", "lguest"));
  }

  static Stream<String> platforms() {
    return Stream.of("bare", "kvm", "vmware", "vmi", "hyper-v", "xen-pvh");
  }

  @ParameterizedTest
  @MethodSource("platformsWithCpuid")
  void listsTheBitsThatCpuidHas(String platform) throws IOException {
    TreeSet<String> words = new TreeSet<>(PROCESSOR_WORDS);
    for (Fact fact : facts(platform)) {
      if (fact.kind.equals("CPUID")) {
        words.add(fact.item.substring(0, fact.item.lastIndexOf('.')));
      }
    }
    PlatformGuest guest =
        switch (platform) {
          // A PV guest's kernel needs notes of its own.
          case "xen-pv" -> PlatformGuest.of(XenGuest.pv(1).machine);
          case "lguest" -> PlatformGuest.on32(platform);
          default -> PlatformGuest.on(platform, 1);
        };
    TreeSet<String> advertised = new TreeSet<>();
    for (String word : words) {
      String[] parts = word.split("\\.");
      int value = guest.cpuid(Integer.parseUnsignedInt(parts[0], 16))[REGISTERS.indexOf(parts[1])];
      for (int bit = 0; bit < 32; bit++) {
        if ((value >>> bit & 1) != 0) {
          advertised.add(word + "." + bit);
        }
      }
    }
    assertThat(advertised).isEqualTo(listed(platform, "CPUID", "advertised"));
  }

  @ParameterizedTest
  @MethodSource("platforms")
  void listsTheRegistersThatDoNotFault(String platform) throws IOException {
    PlatformGuest guest = PlatformGuest.on(platform, 1);
    guest.writeMsr(APIC_BASE, guest.readMsr(APIC_BASE) | X2APIC_MODE);
    Predicate<Integer> readable = msr -> !PlatformGuest.faults(() -> guest.readMsr(msr));
    Predicate<Integer> writable = msr -> !PlatformGuest.faults(() -> guest.writeMsr(msr, 0));
    TreeSet<String> implemented = new TreeSet<>();
    IntConsumer probe =
        msr -> {
          if (readable.or(writable).test(msr)) {
            implemented.add(Integer.toUnsignedString(msr, 16));
          }
        };
    for (int first : new int[] {0, 0x4000_0000, 0x4b56_4d00, 0xc000_0000, 0xc001_0000}) {
      for (int i = 0; i < 0x2000; i++) {
        probe.accept(first + i);
      }
    }
    assertThat(implemented).isEqualTo(listed(platform, "MSR", "implemented"));
  }

  @Test
  void everyInstalledPlatformHasASection() throws IOException {
    List<String> lines = Files.readAllLines(PAGE);
    assertThat(Platforms.installed().all())
        .allSatisfy(platform -> assertThat(lines).contains("## " + platform.name()));
    assertThat(Arrays.asList("bare", "kvm", "vmware", "hyper-v"))
        .allSatisfy(name -> assertThat(Platforms.installed().find(name)).isPresent());
  }
}
