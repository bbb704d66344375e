package org.paravane.core.instructions;

import org.paravane.core.decode.OpcodeMap;
import org.paravane.core.instructions.integer.BcdArithmetic;
import org.paravane.core.instructions.integer.BinaryArithmetic;
import org.paravane.core.instructions.integer.BitOperations;
import org.paravane.core.instructions.integer.ByteOperations;
import org.paravane.core.instructions.integer.Conversions;
import org.paravane.core.instructions.integer.DataMoves;
import org.paravane.core.instructions.integer.DoubleShift;
import org.paravane.core.instructions.integer.Exchange;
import org.paravane.core.instructions.integer.FlagOps;
import org.paravane.core.instructions.integer.Frames;
import org.paravane.core.instructions.integer.MultiplyDivide;
import org.paravane.core.instructions.integer.NearBranches;
import org.paravane.core.instructions.integer.NoOperations;
import org.paravane.core.instructions.integer.ShiftRotate;
import org.paravane.core.instructions.integer.StackMoves;
import org.paravane.core.instructions.integer.StringOps;
import org.paravane.core.instructions.integer.UnaryArithmetic;
import org.paravane.core.instructions.system.ControlRegisterMoves;
import org.paravane.core.instructions.system.DescriptorTables;
import org.paravane.core.instructions.system.FarTransfers;
import org.paravane.core.instructions.system.FastSystemCalls;
import org.paravane.core.instructions.system.Interrupts;
import org.paravane.core.instructions.system.PortIo;
import org.paravane.core.instructions.system.ProcessorControl;
import org.paravane.core.instructions.system.SegmentLoads;
import org.paravane.core.instructions.vector.VectorInstructions;
import org.paravane.core.instructions.x87.X87Instructions;

/** All instructions that the processor knows. */
public final class InstructionSet {
  private static final OpcodeMap MAP = build();

  private InstructionSet() {}

  /** The opcode maps; read only. */
  public static OpcodeMap map() {
    return MAP;
  }

  private static OpcodeMap build() {
    OpcodeMap map = new OpcodeMap();
    BcdArithmetic.addTo(map);
    BinaryArithmetic.addTo(map);
    BitOperations.addTo(map);
    ByteOperations.addTo(map);
    Conversions.addTo(map);
    DataMoves.addTo(map);
    DoubleShift.addTo(map);
    Exchange.addTo(map);
    FlagOps.addTo(map);
    Frames.addTo(map);
    MultiplyDivide.addTo(map);
    NearBranches.addTo(map);
    NoOperations.addTo(map);
    ShiftRotate.addTo(map);
    StackMoves.addTo(map);
    StringOps.addTo(map);
    UnaryArithmetic.addTo(map);
    ControlRegisterMoves.addTo(map);
    DescriptorTables.addTo(map);
    FarTransfers.addTo(map);
    FastSystemCalls.addTo(map);
    Interrupts.addTo(map);
    PortIo.addTo(map);
    ProcessorControl.addTo(map);
    SegmentLoads.addTo(map);
    VectorInstructions.addTo(map);
    X87Instructions.addTo(map);
    return map;
  }
}
