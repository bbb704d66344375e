package org.paravane.harness.jfr;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** Decoded instructions are thrown away, since the guest writes to their bytes. */
@Name("org.paravane.DecodeCacheFlush")
@Label("Decode Cache Flush")
@Category("Paravane")
@StackTrace(false)
final class DecodeCacheFlushEvent extends Event {
  @Label("Offset into RAM")
  String ramOffset;

  @Label("Bytes Written")
  int bytes;

  @Label("Instructions Before")
  long instructions;
}
