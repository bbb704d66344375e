/**
 * The host and its terminal: streams, raw mode, the escape key.
 *
 * <p>Raw mode is reached through the C library's termios functions (POSIX.1-2017, chapter 11) with
 * {@code java.lang.foreign}; where they are missing there is simply no terminal.
 */
package org.paravane.cli.terminal;
