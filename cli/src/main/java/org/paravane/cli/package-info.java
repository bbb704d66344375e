/**
 * The command line: {@link org.paravane.cli.Main} is the process, {@link org.paravane.cli.Cli} the commands without it.
 *
 * <p>Only this module prints, exits, and reads the environment. The guest's console is all that goes to the standard
 * output of {@code boot}; everything else goes to the standard error.
 */
package org.paravane.cli;
