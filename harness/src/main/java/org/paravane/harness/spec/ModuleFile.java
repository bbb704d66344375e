package org.paravane.harness.spec;

import java.nio.file.Path;

/**
 * A file for a kernel that takes several beside its own: a multiboot or PVH module.
 *
 * @param file where it is
 * @param arguments what the kernel reads behind the module's name, such as a command line; may be empty
 */
public record ModuleFile(Path file, String arguments) {
  /** Checks the values. */
  public ModuleFile {
    if (arguments.indexOf('\0') >= 0) {
      throw new HarnessException(
          ErrorCode.BAD_OPTION, "The arguments of a module must not hold a NUL character.");
    }
  }

  /** Reads {@code FILE ARGUMENTS}: the first space ends the file's name. */
  public static ModuleFile parse(String text) {
    int space = text.indexOf(' ');
    return space < 0
        ? new ModuleFile(Path.of(text), "")
        : new ModuleFile(Path.of(text.substring(0, space)), text.substring(space + 1).strip());
  }

  /** The text that goes with the module: its file's name, without the host's folders, and the arguments. */
  public String text() {
    return (file.getFileName() + " " + arguments).strip();
  }

  @Override
  public String toString() {
    return (file + " " + arguments).strip();
  }
}
