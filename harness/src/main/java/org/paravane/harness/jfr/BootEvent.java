package org.paravane.harness.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** One boot, from the first instruction to the end of the run. */
@Name("org.paravane.Boot")
@Label("Boot")
@Category("Paravane")
@StackTrace(false)
final class BootEvent extends Event {
  @Label("Image")
  String image;

  @Label("Platform")
  String platform;

  @Label("Outcome")
  String outcome;

  @Label("Instructions")
  long instructions;

  @Label("Guest Time in Nanoseconds")
  long guestNanos;
}
