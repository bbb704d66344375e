package org.paravane.cli.output;

import picocli.CommandLine.IVersionProvider;

/** The version of Paravane, as the jar's manifest has it. */
public final class Version implements IVersionProvider {
  /** Name and version in one line. */
  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return "paravane " + (version == null ? "(development build)" : version);
  }

  @Override
  public String[] getVersion() {
    return new String[] {text(), "Java " + Runtime.version()};
  }
}
