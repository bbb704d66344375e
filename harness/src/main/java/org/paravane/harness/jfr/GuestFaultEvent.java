package org.paravane.harness.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An exception is delivered to the guest. */
@Name("org.paravane.GuestFault")
@Label("Guest Fault")
@Category("Paravane")
@StackTrace(false)
final class GuestFaultEvent extends Event {
  @Label("Processor")
  int processor;

  @Label("Instruction Pointer")
  String instructionPointer;

  @Label("Instructions Before")
  long instructions;

  @Label("Vector")
  int vector;

  @Label("Error Code")
  String errorCode;
}
