package org.paravane.core.instructions.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.GuestFault;

class RecordedVectorsTest {
  private static final String[] COLUMNS = {
    "mxcsr", "flags", "xmm0", "xmm1", "xmm2", "mm1", "mm2", "rax", "rcx", "rdx"
  };

  private final VectorStepper stepper = new VectorStepper();

  @Test
  void everyInstructionActsAsOnARealProcessor() {
    List<String> lines = lines();
    assertThat(lines).hasSizeGreaterThan(1400);
    assertThat(lines.stream().filter(line -> !execute(line).equals(expected(line)))).isEmpty();
  }

  private static Map<String, String> before(String line) {
    String[] columns = line.split(" ");
    Map<String, String> state = new LinkedHashMap<>();
    for (int i = 0; i < COLUMNS.length; i++) {
      state.put(COLUMNS[i], columns[2 + i]);
    }
    state.put("memory", state.get("xmm2"));
    return state;
  }

  private static Map<String, String> expected(String line) {
    Map<String, String> state = before(line);
    for (String change : line.substring(line.indexOf("->") + 2).split(" ")) {
      if (!change.isEmpty()) {
        state.put(
            change.substring(0, change.indexOf('=')), change.substring(change.indexOf('=') + 1));
      }
    }
    return state;
  }

  private Map<String, String> execute(String line) {
    Map<String, String> state = before(line);
    Cpu cpu = stepper.cpu;
    for (int i = 0; i < 3; i++) {
      String value = state.get("xmm" + i);
      stepper.xmm(i, number(value.substring(0, 16)), number(value.substring(16)));
    }
    stepper.memory.put64(VectorStepper.DATA, cpu.fpu.xmm[4]);
    stepper.memory.put64(VectorStepper.DATA + 8, cpu.fpu.xmm[5]);
    cpu.fpu.initialize();
    cpu.fpu.sse.mxcsr((int) number(state.get("mxcsr")));
    cpu.fpu.significand[1] = number(state.get("mm1"));
    cpu.fpu.significand[2] = number(state.get("mm2"));
    cpu.gpr[Cpu.RAX] = number(state.get("rax"));
    cpu.gpr[Cpu.RCX] = number(state.get("rcx"));
    cpu.gpr[Cpu.RDX] = number(state.get("rdx"));
    cpu.rflags((int) number(state.get("flags")));
    int fault = stepper.faultOf(line.split(" ")[1]);

    Map<String, String> after = new LinkedHashMap<>();
    after.put("mxcsr", Integer.toHexString(cpu.fpu.sse.mxcsr()));
    after.put("flags", Integer.toHexString(cpu.statusFlags()));
    for (int i = 0; i < 3; i++) {
      after.put("xmm" + i, stepper.xmm(i));
    }
    after.put("mm1", Long.toHexString(cpu.fpu.significand[1]));
    after.put("mm2", Long.toHexString(cpu.fpu.significand[2]));
    after.put("rax", Long.toHexString(cpu.gpr[Cpu.RAX]));
    after.put("rcx", Long.toHexString(cpu.gpr[Cpu.RCX]));
    after.put("rdx", Long.toHexString(cpu.gpr[Cpu.RDX]));
    long low = stepper.memory.get64(VectorStepper.DATA);
    after.put("memory", "%016x%016x".formatted(stepper.memory.get64(VectorStepper.DATA + 8), low));
    if (fault >= 0) {
      after.put("fault", fault == GuestFault.XM ? "XM" : Integer.toString(fault));
    }
    return after;
  }

  private static long number(String hex) {
    return Long.parseUnsignedLong(hex, 16);
  }

  private static List<String> lines() {
    try (InputStream stream = RecordedVectorsTest.class.getResourceAsStream("/vectors/simd.txt")) {
      return new String(stream.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
