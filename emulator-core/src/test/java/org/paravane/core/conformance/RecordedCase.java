package org.paravane.core.conformance;

import java.util.HexFormat;
import java.util.List;

/**
 * One recorded case, a line of text: the instruction, {@code @} its address if not the usual one, the fields of the
 * input state that are not those of {@link #baseline}, {@code ->}, and the fields that the instruction changes. RIP is
 * only given if execution does not continue behind the instruction; {@code ~} marks the flags that the manual leaves
 * undefined. All numbers are hexadecimal.
 *
 * @param instruction the bytes
 * @param in the state before
 * @param out the state behind it
 * @param undefinedFlags bits of RFLAGS that may be anything in {@code out}
 */
record RecordedCase(byte[] instruction, ProcessorState in, ProcessorState out, int undefinedFlags) {
  private static final int USUAL_ADDRESS = GuestLayout.CODE + 0xc00;

  /** The state that a line tells the differences to. */
  static ProcessorState baseline(long address) {
    ProcessorState state = new ProcessorState();
    state.rip = address;
    state.rflags = 0x202;
    state.gpr[4] = GuestLayout.STACK + 0x600;
    return state;
  }

  /** Reads a line. */
  static RecordedCase parse(String line) {
    List<String> words = List.of(line.split(" "));
    byte[] instruction = HexFormat.of().parseHex(words.getFirst());
    boolean addressed = words.get(1).startsWith("@");
    long address = addressed ? Long.parseLong(words.get(1).substring(1), 16) : USUAL_ADDRESS;
    ProcessorState in = baseline(address);
    ProcessorState out = new ProcessorState();
    ProcessorState state = in;
    int undefinedFlags = 0;
    for (String word : words.subList(addressed ? 2 : 1, words.size())) {
      if (word.equals("->")) {
        out.copyFrom(in);
        out.rip = address + instruction.length;
        state = out;
      } else if (word.startsWith("~")) {
        undefinedFlags = Integer.parseInt(word.substring(1), 16);
      } else {
        int equals = word.indexOf('=');
        int field = StateField.named(word.substring(0, equals));
        StateField.set(state, field, Long.parseUnsignedLong(word.substring(equals + 1), 16));
      }
    }
    return new RecordedCase(instruction, in, out, undefinedFlags);
  }

  /** Writes the line. */
  String line() {
    StringBuilder text = new StringBuilder(HexFormat.of().formatHex(instruction));
    if (in.rip != USUAL_ADDRESS) {
      text.append(" @").append(Long.toHexString(in.rip));
    }
    append(text, baseline(in.rip), in);
    text.append(" ->");
    ProcessorState sequential = new ProcessorState();
    sequential.copyFrom(in);
    sequential.rip += instruction.length;
    append(text, sequential, out);
    if (undefinedFlags != 0) {
      text.append(" ~").append(Integer.toHexString(undefinedFlags));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, ProcessorState from, ProcessorState to) {
    for (int field : StateField.differing(from, to)) {
      text.append(' ').append(StateField.name(field)).append('=');
      text.append(Long.toHexString(StateField.get(to, field)));
    }
  }
}
