package org.paravane.core.instructions.vector;

import org.paravane.core.decode.OpcodeMap;

/** All families of this package. */
public final class VectorInstructions {
  private VectorInstructions() {}

  /** Adds the rows of every family. */
  public static void addTo(OpcodeMap map) {
    VectorRows rows = new VectorRows(map);
    VectorMoves.addTo(rows);
    TransferMoves.addTo(rows);
    PackedIntegers.addTo(rows);
    PackedShifts.addTo(rows);
    Shuffles.addTo(rows);
    FloatArithmetic.addTo(rows);
    FloatComparisons.addTo(rows);
    FloatCombinations.addTo(rows);
    FloatConversions.addTo(rows);
    Ssse3Integers.addTo(rows);
    Sse4Integers.addTo(rows);
    ElementTransfers.addTo(rows);
    StringComparisons.addTo(rows);
    AesInstructions.addTo(rows);
    ShaInstructions.addTo(rows);
    SavedState.addTo(rows);
  }
}
