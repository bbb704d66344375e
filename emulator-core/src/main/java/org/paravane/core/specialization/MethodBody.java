package org.paravane.core.specialization;

import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** The byte code of one method, ready to be read one instruction after the other. */
final class MethodBody {
  final int maxLocals;
  private final List<Instruction> code = new ArrayList<>();
  private final Map<Label, Integer> labels = new IdentityHashMap<>();
  private final BitSet targets = new BitSet();

  /** For each instruction, the variables that it or code behind it may read. */
  private final BitSet[] live;

  /** Reads the code of a method without exception handlers. */
  MethodBody(CodeModel model) {
    model.forEach(element -> {
      if (element instanceof Instruction instruction) {
        code.add(instruction);
      } else if (element instanceof LabelTarget target) {
        labels.put(target.label(), code.size());
      }
    });
    maxLocals = ((java.lang.classfile.attribute.CodeAttribute) model).maxLocals();
    for (int i = 0; i < code.size(); i++) {
      for (int successor : jumps(i)) {
        targets.set(successor);
      }
    }
    live = new BitSet[code.size()];
    findLive();
  }

  Instruction at(int index) {
    return code.get(index);
  }

  /** The instruction that a label stands before. */
  int index(Label label) {
    return labels.get(label);
  }

  /** Tells whether code jumps to that instruction. */
  boolean isTarget(int index) {
    return targets.get(index);
  }

  /** Tells whether the variable may be read from that instruction on. */
  boolean isLive(int index, int variable) {
    return live[index].get(variable);
  }

  private void findLive() {
    for (int i = 0; i < code.size(); i++) {
      live[i] = new BitSet();
    }
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = code.size() - 1; i >= 0; i--) {
        BitSet now = new BitSet();
        for (int successor : jumps(i)) {
          now.or(live[successor]);
        }
        if (goesOn(i) && i + 1 < code.size()) {
          now.or(live[i + 1]);
        }
        switch (code.get(i)) {
          case LoadInstruction load -> now.set(load.slot());
          case IncrementInstruction increment -> now.set(increment.slot());
          case StoreInstruction store -> now.clear(store.slot());
          default -> {}
        }
        if (!now.equals(live[i])) {
          live[i] = now;
          changed = true;
        }
      }
    }
  }

  private boolean goesOn(int index) {
    return switch (code.get(index)) {
      case BranchInstruction branch ->
          branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
      case TableSwitchInstruction any -> false;
      case LookupSwitchInstruction any -> false;
      case ReturnInstruction any -> false;
      case ThrowInstruction any -> false;
      default -> true;
    };
  }

  private int[] jumps(int index) {
    return switch (code.get(index)) {
      case BranchInstruction branch -> new int[] {index(branch.target())};
      case TableSwitchInstruction table -> cases(table.defaultTarget(), table.cases());
      case LookupSwitchInstruction table -> cases(table.defaultTarget(), table.cases());
      default -> new int[0];
    };
  }

  private int[] cases(Label otherwise, List<SwitchCase> cases) {
    int[] found = new int[cases.size() + 1];
    found[0] = index(otherwise);
    for (int i = 0; i < cases.size(); i++) {
      found[i + 1] = index(cases.get(i).target());
    }
    return found;
  }
}
