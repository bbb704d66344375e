package org.paravane.debug.gdb;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.paravane.core.cpu.Cpu;

/** Answers gdb's packets (GDB manual E.2 to E.4) while the machine stands still. */
final class Commands {
  private static final int PACKET_BYTES = 0x4000;
  private static final String OK = "OK";
  private static final String UNSUPPORTED = "";
  private static final String BAD_PACKET = "E22";
  private static final String BAD_ADDRESS = "E14";
  private static final String REFUSED = "E01";

  /**
   * What to do about a packet.
   *
   * @param reply what to send, or null for nothing yet
   * @param motion how the machine goes on, or null if it doesn't
   */
  record Answer(String reply, Motion motion) {}

  private final GdbTarget target;
  private final TargetMemory memory = new TargetMemory();
  private final Monitor monitor;

  Commands(GdbTarget target) {
    this.target = target;
    monitor = new Monitor(target, memory);
  }

  /** Answers one packet; one that makes no sense gets an error. */
  Answer answer(String packet) {
    try {
      Answer motion = motion(packet);
      return motion != null ? motion : new Answer(reply(packet), null);
    } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
      return new Answer(BAD_PACKET, null);
    }
  }

  private Answer motion(String packet) {
    if (packet.startsWith("vCont;")) {
      return run(packet.substring("vCont;".length()));
    }
    if (packet.startsWith("vKill")) {
      return new Answer(OK, Motion.KILL);
    }
    return switch (packet.isEmpty() ? 0 : packet.charAt(0)) {
      case 'c', 's' -> {
        if (packet.length() > 1) {
          jump(packet.substring(1));
        }
        yield new Answer(null, packet.charAt(0) == 'c' ? Motion.CONTINUE : Motion.STEP);
      }
      // A signal means nothing to a machine.
      case 'C' -> new Answer(null, Motion.CONTINUE);
      case 'S' -> new Answer(null, Motion.STEP);
      case 'b' -> back(packet);
      case 'D' -> new Answer(OK, Motion.DETACH);
      case 'k' -> new Answer(null, Motion.KILL);
      default -> null;
    };
  }

  private Answer back(String packet) {
    if (!target.reversible()) {
      return new Answer(UNSUPPORTED, null);
    }
    return switch (packet) {
      case "bs" -> new Answer(null, Motion.STEP_BACK);
      case "bc" -> new Answer(null, Motion.CONTINUE_BACK);
      default -> new Answer(UNSUPPORTED, null);
    };
  }

  /** Actions of vCont: the first step makes it one, of its thread; all others go on with it. */
  private Answer run(String actions) {
    for (String action : actions.split(";")) {
      if (action.startsWith("s") || action.startsWith("S")) {
        int colon = action.indexOf(':');
        if (colon >= 0 && !selectThread(action.substring(colon + 1))) {
          return new Answer(REFUSED, null);
        }
        return new Answer(null, Motion.STEP);
      }
    }
    return new Answer(null, Motion.CONTINUE);
  }

  private void jump(String address) {
    long rip = Hex.number(address);
    int cpu = target.selected().id;
    target.change(machine -> machine.cpu(cpu).rip(rip));
  }

  private String reply(String packet) {
    if (packet.isEmpty()) {
      return UNSUPPORTED;
    }
    String rest = packet.substring(1);
    return switch (packet.charAt(0)) {
      case '?' -> target.lastStop();
      case 'g' -> Hex.of(RegisterFile.readAll(target.selected()));
      case 'G' -> writeRegisters(0, rest);
      case 'p' -> readRegister(rest);
      case 'P' ->
          writeRegisters(
              (int) Hex.number(rest.substring(0, rest.indexOf('='))),
              rest.substring(rest.indexOf('=') + 1));
      case 'm' -> readMemory(rest);
      case 'M' -> writeMemory(rest, Hex.bytes(rest.substring(rest.indexOf(':') + 1)));
      case 'X' ->
          writeMemory(
              rest, rest.substring(rest.indexOf(':') + 1).getBytes(StandardCharsets.ISO_8859_1));
      case 'Z', 'z' -> breakpoint(packet);
      case 'H' -> selectThread(rest.substring(1)) ? OK : REFUSED;
      case 'T' -> threadExists(rest) ? OK : REFUSED;
      case 'q', 'Q' -> query(packet);
      case 'v' -> packet.equals("vCont?") ? "vCont;c;C;s;S" : UNSUPPORTED;
      default -> UNSUPPORTED;
    };
  }

  private String readRegister(String number) {
    long index = Hex.number(number);
    return index < 0 || index >= RegisterFile.ALL.size()
        ? REFUSED
        : Hex.of(RegisterFile.read(target.selected(), (int) index));
  }

  private String writeRegisters(int number, String digits) {
    byte[] bytes = Hex.bytes(digits);
    if (number < 0 || number >= RegisterFile.ALL.size()) {
      return REFUSED;
    }
    int cpu = target.selected().id;
    boolean[] accepted = new boolean[1];
    target.change(machine -> accepted[0] = RegisterFile.write(machine.cpu(cpu), number, bytes));
    return accepted[0] ? OK : REFUSED;
  }

  private String readMemory(String addressAndCount) {
    long address = Hex.number(addressAndCount.substring(0, addressAndCount.indexOf(',')));
    long count = Hex.number(addressAndCount.substring(addressAndCount.indexOf(',') + 1));
    int most = (int) Math.min(Math.max(count, 0), PACKET_BYTES / 2);
    byte[] bytes = memory.read(target.selected(), address, most);
    return bytes.length == 0 && count != 0 ? BAD_ADDRESS : Hex.of(bytes);
  }

  private String writeMemory(String addressAndCount, byte[] bytes) {
    long address = Hex.number(addressAndCount.substring(0, addressAndCount.indexOf(',')));
    long count =
        Hex.number(
            addressAndCount.substring(
                addressAndCount.indexOf(',') + 1, addressAndCount.indexOf(':')));
    if (count != bytes.length) {
      return BAD_PACKET;
    }
    if (count == 0) {
      return OK;
    }
    TargetMemory as = new TargetMemory();
    as.physical(memory.physical());
    Cpu cpu = target.selected();
    if (!as.isRam(cpu, address, bytes.length)) {
      return BAD_ADDRESS;
    }
    target.change(machine -> as.write(machine.cpu(cpu.id), address, bytes));
    return OK;
  }

  private String breakpoint(String packet) {
    String[] fields = packet.substring(1).split("[,;]");
    int kind = (int) Hex.number(fields[0]);
    if (kind < 0 || kind >= Breakpoints.Kind.values().length) {
      return UNSUPPORTED;
    }
    Breakpoints.Point point =
        new Breakpoints.Point(
            Breakpoints.Kind.values()[kind],
            Hex.number(fields[1]),
            (int) Math.max(1, Hex.number(fields[2])));
    List<Cpu> cpus = target.machine().cpus();
    if (packet.charAt(0) == 'Z') {
      target.breakpoints().add(point, cpus);
    } else {
      target.breakpoints().remove(point, cpus);
    }
    return OK;
  }

  private boolean selectThread(String thread) {
    long id = thread.equals("-1") ? 0 : Hex.number(thread);
    // 0 means any, -1 all: the one that is looked at will do.
    return id == 0 || id <= Integer.MAX_VALUE && target.select((int) id - 1);
  }

  private boolean threadExists(String thread) {
    long id = Hex.number(thread);
    return id >= 1 && id <= target.machine().cpus().size();
  }

  private String query(String packet) {
    String name = packet.split("[:,;]", 2)[0];
    String rest = packet.length() > name.length() ? packet.substring(name.length() + 1) : "";
    return switch (name) {
      case "qSupported" ->
          "PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;vContSupported+;swbreak+;hwbreak+%s"
              .formatted(PACKET_BYTES, target.reversible() ? ";ReverseStep+;ReverseContinue+" : "");
      case "QStartNoAckMode", "qSymbol" -> OK;
      case "qAttached" -> "1";
      case "qC" -> "QC%x".formatted(target.selected().id + 1);
      case "qfThreadInfo" -> "m" + threads();
      case "qsThreadInfo" -> "l";
      case "qThreadExtraInfo" -> Hex.of(threadInfo(rest));
      case "qXfer" -> transfer(rest);
      case "qRcmd" -> {
        String output = monitor.run(Hex.text(rest));
        yield output.isEmpty() ? OK : Hex.of(output);
      }
      // The names by which QEMU offers the same.
      case "qqemu.PhyMemMode" -> memory.physical() ? "1" : "0";
      case "Qqemu.PhyMemMode" -> {
        memory.physical(rest.equals("1"));
        yield OK;
      }
      default -> UNSUPPORTED;
    };
  }

  private String threads() {
    return IntStream.rangeClosed(1, target.machine().cpus().size())
        .mapToObj(Integer::toHexString)
        .collect(Collectors.joining(","));
  }

  private String threadInfo(String thread) {
    if (!threadExists(thread)) {
      return "";
    }
    Cpu cpu = target.machine().cpu((int) Hex.number(thread) - 1);
    return "CPU#%d [%s]"
        .formatted(cpu.id, cpu.events.activity().name().toLowerCase(java.util.Locale.ROOT));
  }

  private static String transfer(String request) {
    String document = "features:read:target.xml:";
    if (!request.startsWith(document)) {
      return request.startsWith("features:read:") ? "E00" : UNSUPPORTED;
    }
    String[] range = request.substring(document.length()).split(",");
    String all = TargetDescription.XML;
    int from = (int) Math.min(Hex.number(range[0]), all.length());
    int to = (int) Math.min(from + Hex.number(range[1]), all.length());
    return (to == all.length() ? "l" : "m") + all.substring(from, to);
  }
}
