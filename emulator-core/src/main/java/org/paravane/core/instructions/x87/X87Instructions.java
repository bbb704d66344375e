package org.paravane.core.instructions.x87;

import org.paravane.core.decode.OpcodeMap;

/** All instructions of the x87 FPU. */
public final class X87Instructions {
  private X87Instructions() {}

  /** Adds the rows of every family. */
  public static void addTo(OpcodeMap map) {
    X87Rows rows = new X87Rows(map);
    BasicArithmetic.addTo(rows);
    Comparisons.addTo(rows);
    Control.addTo(rows);
    Environment.addTo(rows);
    Loads.addTo(rows);
    RegisterMoves.addTo(rows);
    StackFunctions.addTo(rows);
    Stores.addTo(rows);
  }
}
