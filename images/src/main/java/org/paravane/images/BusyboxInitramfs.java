package org.paravane.images;

/**
 * The initramfs of the Debian images: a static busybox and our own {@code /init}, which prints {@code
 * PARAVANE-USERSPACE} and a report on the kernel and powers the machine off. On the kernel command line, {@code
 * paravane.shell} asks for an interactive shell instead, {@code paravane.init=COMMAND} for a command.
 */
public final class BusyboxInitramfs {
  private BusyboxInitramfs() {}

  /**
   * Builds the archive.
   *
   * @param busybox a static x86-64 Linux busybox with the applets of Debian's busybox-static
   * @return the same bytes for the same busybox
   */
  public static byte[] build(byte[] busybox) {
    return new Initramfs()
        .directory("dev")
        .device("dev/console", 5, 1)
        .device("dev/null", 1, 3)
        .device("dev/kmsg", 1, 11)
        .device("dev/ttyS0", 4, 64)
        .directory("proc")
        .directory("sys")
        .directory("tmp")
        .directory("root")
        .program("bin/busybox", busybox)
        .link("bin/sh", "busybox")
        .program("init", BootableImage.resource("init"))
        .build();
  }
}
