/** One class for each command; they parse with {@code options}, print with {@code output}, and hold no logic else. */
package org.paravane.cli.command;
