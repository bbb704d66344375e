package org.paravane.harness.comparison;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.paravane.harness.spi.LoadedImage;
import org.paravane.images.Initramfs;

/**
 * Our own programs for the user space of Linux, built from {@code benchmarks/programs}. They run one after the other, and
 * tell on the console when one starts and ends.
 */
public final class GuestPrograms {
  /** The console line after the last program. */
  public static final String MARKER = "BENCH programs done";

  /** What makes the init of our initramfs run them, for the kernel command line. */
  public static final String PARAMETER = "paravane.init=/bin/programs";

  private GuestPrograms() {}

  /** The executable, a static x86-64 ELF file. */
  public static byte[] executable() {
    try (InputStream in = GuestPrograms.class.getResourceAsStream("programs.elf")) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * {@code image} with the programs in its initramfs, and with a command line that runs them. The kernel unpacks
   * concatenated archives one after the other.
   *
   * @param image a Linux image with our initramfs
   */
  public static LoadedImage addTo(LoadedImage image) {
    ByteArrayOutputStream archives = new ByteArrayOutputStream();
    archives.writeBytes(image.initrd().orElse(new byte[0]));
    archives.writeBytes(new Initramfs().program("bin/programs", executable()).build());
    return image
        .withInitrd(archives.toByteArray())
        .withCommandLine(image.commandLine() + " " + PARAMETER);
  }
}
