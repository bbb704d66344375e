package org.paravane.core.specialization;

/** What specializers have read of this program's class files: shared by all of a machine, on any thread. */
public final class Definitions {
  final Members members = new Members();
  final MethodBodies bodies = new MethodBodies();
}
