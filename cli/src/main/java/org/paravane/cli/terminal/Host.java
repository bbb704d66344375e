package org.paravane.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command may touch of the process it runs in.
 *
 * @param input the standard input, unbuffered
 * @param output the standard output, unbuffered
 * @param error the standard error
 * @param terminal the terminal behind them
 * @param environment the environment variables
 */
public record Host(
    InputStream input,
    OutputStream output,
    PrintStream error,
    Terminal terminal,
    Map<String, String> environment) {
  /** The host of this process. */
  public static Host ofProcess() {
    return new Host(
        new FileInputStream(FileDescriptor.in),
        new FileOutputStream(FileDescriptor.out),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        PosixTerminal.open(),
        System.getenv());
  }

  /** Tells whether a person watches {@code stream}: it is a terminal that understands control sequences. */
  public boolean watched(Terminal.Stream stream) {
    return terminal.isTerminal(stream) && !"dumb".equals(environment.get("TERM"));
  }
}
