package org.paravane.cli.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.paravane.cli.terminal.Host;
import org.paravane.harness.comparison.Emulator;
import org.paravane.harness.comparison.Goal;
import org.paravane.harness.spec.ErrorCode;
import org.paravane.harness.spec.HarnessException;
import org.paravane.harness.spi.LoadedImage;

/** The commands that boot one image in several emulators, with the image's files in a folder of the host. */
final class ComparedEmulators {
  private static final String MEMORY_MEBIBYTES = "512";
  private static final String GRUB_MKRESCUE = "grub-mkrescue";
  // Debian's Bochs waits in its debugger until it is told to continue.
  private static final String CONTINUE = "c\n";

  private final String launcher;
  private final String qemu;
  private final String bochs;
  private final Host host;
  private final Path folder;

  ComparedEmulators(String launcher, String qemu, String bochs, Host host, Path folder) {
    this.launcher = launcher;
    this.qemu = qemu;
    this.bochs = bochs;
    this.host = host;
    this.folder = folder;
  }

  /** Those that are installed and can boot {@code image}, Paravane first. */
  List<Emulator> of(LoadedImage image, String name, boolean isLinux) throws IOException {
    Path kernel = Files.write(folder.resolve(name), image.kernel());
    Optional<Path> initrd = Optional.empty();
    if (image.initrd().isPresent()) {
      initrd =
          Optional.of(Files.write(folder.resolve(name + ".initrd"), image.initrd().orElseThrow()));
    }
    List<Emulator> emulators = new ArrayList<>();
    emulators.add(new Emulator(Goal.PARAVANE, paravane(image, initrd)));
    List<String> interpreted = paravane(image, initrd);
    interpreted.addAll(List.of("--tier", "interpreter"));
    emulators.add(new Emulator(Goal.INTERPRETER, interpreted));
    if (installed(qemu)) {
      emulators.add(new Emulator(Goal.QEMU, qemu(image, kernel, initrd)));
    }
    if (isLinux && installed(bochs) && installed(GRUB_MKRESCUE)) {
      Path disc = disc(image, name, kernel, initrd.orElseThrow());
      emulators.add(new Emulator(Goal.BOCHS, bochs(name, disc), CONTINUE));
    }
    return emulators;
  }

  private List<String> paravane(LoadedImage image, Optional<Path> initrd) {
    List<String> command =
        new ArrayList<>(
            List.of(launcher, "boot", image.name(), "--quiet", "-m", MEMORY_MEBIBYTES + "M"));
    command.addAll(List.of("--command-line", image.commandLine()));
    initrd.ifPresent(file -> command.addAll(List.of("--initrd", file.toString())));
    return command;
  }

  private List<String> qemu(LoadedImage image, Path kernel, Optional<Path> initrd) {
    List<String> command = new ArrayList<>(List.of(qemu, "-accel", "tcg", "-cpu", "max"));
    command.addAll(List.of("-m", MEMORY_MEBIBYTES, "-display", "none", "-serial", "stdio"));
    command.addAll(List.of("-monitor", "none", "-no-reboot", "-append", image.commandLine()));
    command.addAll(List.of("-kernel", kernel.toString()));
    initrd.ifPresent(file -> command.addAll(List.of("-initrd", file.toString())));
    return command;
  }

  /** A disc with GRUB, since Bochs cannot start a kernel file. */
  private Path disc(LoadedImage image, String name, Path kernel, Path initrd) throws IOException {
    Path tree = Files.createDirectory(folder.resolve(name + ".tree"));
    Path boot = Files.createDirectories(tree.resolve("boot/grub")).getParent();
    Files.copy(kernel, boot.resolve("kernel"));
    Files.copy(initrd, boot.resolve("initrd"));
    Files.writeString(
        boot.resolve("grub/grub.cfg"),
        "linux /boot/kernel %s\ninitrd /boot/initrd\nboot\n".formatted(image.commandLine()));
    Path disc = folder.resolve(name + ".iso");
    Process process =
        new ProcessBuilder(GRUB_MKRESCUE, "-o", disc.toString(), tree.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new HarnessException(
            ErrorCode.HOST_IO, "The disc for Bochs cannot be made: %s".formatted(said.strip()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HarnessException(ErrorCode.HOST_IO, "The making of a disc was interrupted.", e);
    }
    return disc;
  }

  private List<String> bochs(String name, Path disc) throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve(name + ".bochsrc"),
            """
            display_library: rfb, options="timeout=0"
            romimage: file=$BXSHARE/BIOS-bochs-latest
            vgaromimage: file=$BXSHARE/VGABIOS-lgpl-latest
            megs: %s
            ata0-master: type=cdrom, path=%s, status=inserted
            boot: cdrom
            com1: enabled=1, mode=file, dev=/dev/stdout
            log: %s
            panic: action=fatal
            cpu: model=corei7_haswell_4770, count=1
            """
                .formatted(MEMORY_MEBIBYTES, disc, folder.resolve(name + ".log")));
    // Debian's Bochs 2.7 overflows a buffer of its own in locales of UTF-8.
    return List.of("env", "LC_ALL=C", bochs, "-q", "-f", settings.toString());
  }

  private boolean installed(String program) {
    return program.contains("/")
        || Stream.of(host.environment().getOrDefault("PATH", "").split(":"))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
