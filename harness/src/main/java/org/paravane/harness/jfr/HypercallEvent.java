package org.paravane.harness.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The guest calls its hypervisor by an instruction for that. */
@Name("org.paravane.Hypercall")
@Label("Hypercall")
@Category("Paravane")
@StackTrace(false)
final class HypercallEvent extends Event {
  @Label("Processor")
  int processor;

  @Label("Instruction Pointer")
  String instructionPointer;

  @Label("Instructions Before")
  long instructions;

  @Label("Instruction")
  String instruction;

  @Label("RAX")
  String rax;
}
