package org.paravane.core.specialization;

import java.lang.classfile.TypeKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One way through the code of an instruction, up to where it is being read: the methods entered and their variables. */
final class Path {
  /** Stands for any operation that the status flags may be of. */
  static final int UNKNOWN = -2;

  /** All bits of {@link #flagsWritten}. */
  static final int BOTH = 3;

  /** A method that was entered. */
  static final class Frame {
    final MethodBody body;
    final Value[] locals;
    final List<Value> stack = new ArrayList<>();
    int at;

    /** Where a result goes that is not known, whichever way the method is left; null if there is none. */
    final Value.Local result;

    Frame(MethodBody body, Value.Local result) {
      this.body = body;
      this.result = result;
      locals = new Value[body.maxLocals];
    }

    Value pop() {
      return stack.removeLast();
    }

    private Frame copy() {
      Frame copy = new Frame(body, result);
      System.arraycopy(locals, 0, copy.locals, 0, locals.length);
      copy.stack.addAll(stack);
      copy.at = at;
      return copy;
    }

    private FrameState state() {
      Value[] live = new Value[locals.length];
      for (int i = 0; i < live.length; i++) {
        live[i] = body.isLive(at, i) ? locals[i] : null;
      }
      return new FrameState(body, at, Arrays.asList(live), List.copyOf(stack));
    }
  }

  private record FrameState(MethodBody body, int at, List<Value> locals, List<Value> stack) {}

  /** All that decides how the path goes on. */
  record State(List<Object> frames, Value rip, int flags, int flagsWritten, boolean changed) {}

  final List<Frame> frames = new ArrayList<>();

  /** RIP. */
  Value rip;

  /** What {@link Variables#FLAG_OPERATION} holds, or {@link #UNKNOWN}. */
  int flags;

  /**
   * Unless {@link #flags} is {@link LazyFlags#NONE}: which of the two variables of the status flags were written since, bits
   * of {@link #bit}. When both are, the operation does not matter any more.
   */
  int flagsWritten;

  /** The instruction has changed something already: it can't be begun anew. */
  boolean changed;

  /** A method was left just now: others may leave it for the same place. */
  boolean returned;

  /** The next free local variable of the region. */
  int nextLocal = Variables.FIRST_FREE;

  /** The bit of {@link #flagsWritten} for {@link Variables#FLAG_RESULT} or {@link Variables#FLAG_CARRIES}. */
  static int bit(int variable) {
    return variable == Variables.FLAG_RESULT ? 1 : 2;
  }

  Value.Local newLocal(TypeKind kind) {
    TypeKind computational = kind.asLoadable();
    Value.Local local = new Value.Local(nextLocal, computational);
    nextLocal += computational.slotSize();
    return local;
  }

  Frame top() {
    return frames.getLast();
  }

  Path copy() {
    Path copy = new Path();
    frames.forEach(frame -> copy.frames.add(frame.copy()));
    copy.rip = rip;
    copy.flags = flags;
    copy.changed = changed;
    copy.flagsWritten = flagsWritten;
    copy.nextLocal = nextLocal;
    return copy;
  }

  State state() {
    List<Object> states = new ArrayList<>();
    frames.forEach(frame -> states.add(frame.state()));
    return new State(states, rip, flags, flagsWritten, changed);
  }
}
