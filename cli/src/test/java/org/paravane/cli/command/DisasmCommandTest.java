package org.paravane.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.paravane.harness.Harness;
import org.paravane.harness.adapter.CatalogueLibrary;
import org.paravane.harness.adapter.InstalledPlatforms;
import picocli.CommandLine;

class DisasmCommandTest {
  private static final long VIRTUAL = 0xffff_ffff_8100_0000L;
  private static final long PHYSICAL = 0x100_0000;

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** An ELF64 file of one segment: XOR EAX,EAX; HLT; JMP to the HLT. */
  private Path kernel() throws IOException {
    byte[] code = {0x31, (byte) 0xc0, (byte) 0xf4, (byte) 0xeb, (byte) 0xfd};
    ByteBuffer elf = ByteBuffer.allocate(0x78 + code.length).order(ByteOrder.LITTLE_ENDIAN);
    elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1}).position(16);
    elf.putShort((short) 2)
        .putShort((short) 62)
        .putInt(1)
        .putLong(PHYSICAL)
        .putLong(0x40)
        .putLong(0)
        .putInt(0);
    elf.putShort((short) 0x40).putShort((short) 0x38).putShort((short) 1).putShort((short) 0x40);
    elf.position(0x40);
    elf.putInt(1).putInt(5).putLong(0x78).putLong(VIRTUAL).putLong(PHYSICAL);
    elf.putLong(code.length).putLong(code.length).putLong(0x1000).put(code);
    return Files.write(folder.resolve("vmlinux"), elf.array());
  }

  private int run(String... args) {
    Harness harness = new Harness(new CatalogueLibrary(folder), new InstalledPlatforms(List.of()));
    return new CommandLine(new DisasmCommand(harness))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(args);
  }

  @Test
  void listsFromTheEntry() throws IOException {
    assertThat(run(kernel().toString())).isZero();
    assertThat(out.toString().lines())
        .hasSize(3)
        .first()
        .asString()
        .contains("1000000:  31 c0 ")
        .endsWith("xor eax,eax");
  }

  @Test
  void listsFromALinearAddressAsManyAsAsked() throws IOException {
    assertThat(run(kernel().toString(), "--start", "0xffffffff81000002", "--count", "1")).isZero();
    assertThat(out.toString()).startsWith("ffffffff81000002:  f4 ").endsWith("hlt\n");
  }

  @Test
  void saysSoWhereThereIsNothing() throws IOException {
    assertThat(run(kernel().toString(), "--start", "5")).isEqualTo(CommandLine.ExitCode.USAGE);
    assertThat(err.toString()).contains("has nothing at 0x5");
  }
}
