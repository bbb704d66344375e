package org.paravane.core.specialization;

import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.paravane.core.OutOfLine;
import org.paravane.core.OutOfLine.Registers;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.specialization.Path.Frame;
import org.paravane.core.specialization.Value.Known;
import org.paravane.core.specialization.Value.Local;

/**
 * Writes down what an instruction does when it is known: reads the byte code of its {@code execute} and of the methods that
 * this calls, carries out what depends on known values only, and writes the rest. Registers become local variables ({@link
 * Variables}); where a branch depends on something unknown, both ways are written, until they meet again or the instruction
 * is done.
 *
 * <p>Methods marked {@link OutOfLine} are called. Where anything is met that can't be written like this, a call of {@code
 * execute} itself takes the place of the whole instruction.
 */
public final class Specializer {
  private static final ClassDesc CPU = Variables.desc(Cpu.class);
  private static final ClassDesc INSTRUCTION =
      Variables.desc(org.paravane.core.cpu.Instruction.class);
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final MethodTypeDesc EXECUTE = MethodTypeDesc.of(CD_void, CPU);
  private static final String OURS = "org.paravane.";

  /** Steps after which an instruction is called and not written: it has a loop, or is not worth it. */
  private static final int MAX_STEPS = 3000;

  /** Pieces of code that are reached by jumps, for one instruction. */
  private static final int MAX_LABELS = 200;

  /** What is written behind each end of an instruction. */
  public interface Ending {
    /**
     * Writes what follows.
     *
     * @param rip RIP where it is known, or null: then it is in {@link Variables#RIP}
     */
    void write(Long rip);
  }

  private record Pending(Label label, Path path) {}

  private final Cpu cpu;
  private final Members members;
  private final MethodBodies bodies;
  private final Constants constants;
  private final RegionCode code;
  private final RegisterCode registers;
  private final ValueCode values;
  private final StateCode state;
  private final int processor;
  private final Label bail;

  /** {@link Path#flags} before the next instruction, on every way to it. */
  private int flags;

  /** The same of the ends of the instruction that is being written; null before the first. */
  private Integer flagsAtEnds;

  private Deque<Pending> pending;
  private Map<Path.State, Label> joins;

  /**
   * A specializer for one region.
   *
   * @param surroundings what is the same all the time while the region executes; the code is flat, without limits to check
   * @param processor the local variable that is null while the region is only being trained
   * @param bail where to go, with nothing done of an instruction, for the interpreter to execute it
   * @param abandon where to go, when the region is only being trained, instead of changing something
   */
  public Specializer(
      Cpu cpu,
      Definitions definitions,
      Surroundings surroundings,
      Constants constants,
      Variables variables,
      RegionCode code,
      int processor,
      Label bail,
      Label abandon) {
    this.cpu = cpu;
    this.constants = constants;
    this.code = code;
    this.processor = processor;
    this.bail = bail;
    registers = new RegisterCode(code, variables);
    members = definitions.members;
    values = new ValueCode(code);
    state =
        new StateCode(cpu, surroundings, members, constants, code, registers, processor, abandon);
    bodies = definitions.bodies;
  }

  /** Begins a block: nothing is known of the status flags. */
  public void beginBlock() {
    flags = Path.UNKNOWN;
  }

  /** Tells whether anything was called since this was asked last: what was called may have done anything. */
  public boolean takeCalled() {
    return registers.takeSpilled();
  }

  /**
   * Writes an instruction.
   *
   * @param rip the address of its block
   * @param last nothing of its block follows, so that it may set RIP
   * @param ending what follows; called for each way out
   */
  public void write(
      org.paravane.core.cpu.Instruction instruction, long rip, boolean last, Ending ending) {
    int before = code.size();
    flagsAtEnds = null;
    try {
      specialize(instruction, rip, ending);
    } catch (Unsuitable unsuitable) {
      code.cut(before);
      call(instruction, rip, last, ending);
    }
    flags = flagsAtEnds == null ? Path.UNKNOWN : flagsAtEnds;
  }

  private void call(
      org.paravane.core.cpu.Instruction instruction, long rip, boolean last, Ending ending) {
    flagsAtEnds = LazyFlags.NONE;
    state.notInTraining();
    registers.spill(new Known(rip));
    code.add(to -> {
      constants.push(to, instruction, INSTRUCTION);
      constants.push(to, cpu, CPU);
      to.invokeinterface(INSTRUCTION, "execute", EXECUTE);
    });
    registers.reload();
    if (last) {
      code.add(to -> {
        constants.push(to, cpu.gpr, LONGS);
        to.loadConstant(Cpu.RIP).laload().lstore(Variables.RIP);
      });
    }
    ending.write(last ? null : rip);
  }

  private void specialize(org.paravane.core.cpu.Instruction instruction, long rip, Ending ending) {
    pending = new ArrayDeque<>();
    joins = new HashMap<>();
    Path path = new Path();
    path.rip = new Known(rip);
    path.flags = flags;
    Method execute = members.method(instruction.getClass(), "execute", EXECUTE);
    enter(path, execute, List.of(new Known(instruction), new Known(cpu)));
    int steps = 0;
    while (true) {
      while (path != null) {
        if (path.frames.isEmpty()) {
          end(path, ending);
          path = null;
        } else if (!joined(path)) {
          if (++steps > MAX_STEPS) {
            throw new Unsuitable("too long");
          }
          path = step(path) ? path : null;
        } else {
          path = null;
        }
      }
      Pending next = pending.poll();
      if (next == null) {
        return;
      }
      code.add(to -> to.labelBinding(next.label));
      path = next.path;
    }
  }

  /** Where the path arrives at what is written already, goes there; where others may arrive, says so. */
  private boolean joined(Path path) {
    Frame frame = path.top();
    if (!frame.body.isTarget(frame.at) && !path.returned) {
      return false;
    }
    path.returned = false;
    Path.State arrived = path.state();
    Label known = joins.get(arrived);
    if (known != null) {
      code.add(to -> to.goto_(known));
      return true;
    }
    Label label = newLabel();
    joins.put(arrived, label);
    code.add(to -> to.labelBinding(label));
    return false;
  }

  private Label newLabel() {
    if (joins.size() + pending.size() > MAX_LABELS) {
      throw new Unsuitable("too many ways");
    }
    return code.newLabel();
  }

  private void end(Path path, Ending ending) {
    registers.settleHalfWritten(path);
    flagsAtEnds = flagsAtEnds == null || flagsAtEnds == path.flags ? path.flags : Path.UNKNOWN;
    registers.keepRip(path.rip);
    ending.write(path.rip instanceof Known(Object rip) ? (Long) rip : null);
  }

  // Steps

  /** Reads one instruction; false if the path ends there. */
  private boolean step(Path path) {
    Frame frame = path.top();
    Instruction instruction = frame.body.at(frame.at++);
    switch (instruction) {
      case NopInstruction any -> {}
      case ConstantInstruction constant ->
          frame.stack.add(ValueCode.constant(constant.constantValue()));
      case LoadInstruction load -> frame.stack.add(frame.locals[load.slot()]);
      case StoreInstruction store -> frame.locals[store.slot()] = frame.pop();
      case IncrementInstruction increment ->
          frame.locals[increment.slot()] =
              values.operator(
                  path,
                  Opcode.IADD,
                  frame.locals[increment.slot()],
                  new Known(increment.constant()));
      case OperatorInstruction operator -> values.operator(path, operator);
      case ConvertInstruction convert -> values.convert(path, convert);
      case StackInstruction stack -> ValueCode.stack(frame, stack.opcode());
      case FieldInstruction field -> state.field(path, field);
      case ArrayLoadInstruction load -> state.arrayLoad(path, load);
      case ArrayStoreInstruction store -> state.arrayStore(path, store);
      case InvokeInstruction invoke -> invoke(path, invoke);
      case BranchInstruction branch -> {
        return branch(path, branch);
      }
      case TableSwitchInstruction table -> select(frame, table.defaultTarget(), table.cases());
      case LookupSwitchInstruction table -> select(frame, table.defaultTarget(), table.cases());
      case ReturnInstruction any -> leave(path, any.typeKind());
      case ThrowInstruction any -> {
        Value thrown = frame.pop();
        state.notInTraining();
        registers.spill(path);
        code.add(to -> {
          code.push(to, thrown, Variables.desc(RuntimeException.class));
          to.athrow();
        });
        return false;
      }
      case TypeCheckInstruction check -> {
        Object object = Unsuitable.known(frame.pop());
        Class<?> type = members.type(check.type().asSymbol());
        if (check.opcode() == Opcode.INSTANCEOF) {
          frame.stack.add(new Known(type.isInstance(object) ? 1 : 0));
        } else {
          frame.stack.add(new Known(type.cast(object)));
        }
      }
      default -> throw new Unsuitable(instruction.toString());
    }
    return true;
  }

  // Control flow

  private boolean branch(Path path, BranchInstruction branch) {
    Frame frame = path.top();
    Opcode opcode = branch.opcode();
    int target = frame.body.index(branch.target());
    if (opcode == Opcode.GOTO || opcode == Opcode.GOTO_W) {
      frame.at = target;
      return true;
    }
    boolean two = Operators.comparesTwo(opcode);
    Value right = two ? frame.pop() : null;
    Value left = frame.pop();
    Boolean taken = Operators.decide(opcode, left, right);
    if (taken != null) {
      frame.at = taken ? target : frame.at;
      return true;
    }
    Label label = newLabel();
    code.add(to -> {
      code.push(to, left);
      if (two) {
        code.push(to, right);
      }
      to.branch(opcode, label);
    });
    Path other = path.copy();
    other.top().at = target;
    pending.add(new Pending(label, other));
    return true;
  }

  /** Branches on a condition of the status flags, to both results, where they are those of a comparison. */
  private boolean compare(Path path, String condition) {
    Label label = newLabel();
    if (!registers.compare(path, condition, label)) {
      return false;
    }
    Path other = path.copy();
    other.top().stack.add(new Known(1));
    pending.add(new Pending(label, other));
    path.top().stack.add(new Known(0));
    return true;
  }

  private static void select(Frame frame, Label otherwise, List<SwitchCase> cases) {
    int selector = (Integer) Unsuitable.known(frame.pop());
    Label target = otherwise;
    for (SwitchCase one : cases) {
      if (one.caseValue() == selector) {
        target = one.target();
      }
    }
    frame.at = frame.body.index(target);
  }

  private void leave(Path path, TypeKind kind) {
    Value result = kind == TypeKind.VOID ? null : path.top().pop();
    Local place = path.frames.removeLast().result;
    if (path.frames.isEmpty()) {
      return;
    }
    if (result instanceof Local local) {
      code.add(
          to -> to.loadLocal(local.kind(), local.slot()).storeLocal(place.kind(), place.slot()));
      result = place;
    }
    if (result != null) {
      path.top().stack.add(result);
    }
    path.returned = true;
  }

  // Calls

  /** Reads a call. */
  private void invoke(Path path, InvokeInstruction instruction) {
    Frame frame = path.top();
    MethodTypeDesc type = instruction.typeSymbol();
    List<Value> arguments = new ArrayList<>();
    for (int i = 0; i < type.parameterCount(); i++) {
      arguments.addFirst(frame.pop());
    }
    String name = instruction.name().stringValue();
    Class<?> owner = members.type(instruction.owner().asSymbol());
    boolean isStatic = instruction.opcode() == Opcode.INVOKESTATIC;
    Class<?> receiver = owner;
    if (!isStatic) {
      Value object = frame.pop();
      arguments.addFirst(object);
      if (object instanceof Known(Object known) && instruction.opcode() != Opcode.INVOKESPECIAL) {
        receiver = known.getClass();
      }
    }
    if (!owner.getName().startsWith(OURS)) {
      call(path, instruction, owner, arguments, Registers.UNSEEN);
      return;
    }
    if (!isStatic) {
      Unsuitable.known(arguments.getFirst());
    }
    Method method = members.method(receiver, name, type);
    if (!method.getDeclaringClass().getName().startsWith(OURS)) {
      call(path, instruction, owner, arguments, Registers.UNSEEN);
      return;
    }
    OutOfLine mark = method.getAnnotation(OutOfLine.class);
    if (mark != null && mark.rare() && !path.changed) {
      leaveToInterpreter(path, type);
    } else if (mark != null) {
      call(path, instruction, owner, arguments, mark.value());
    } else if (owner == Cpu.class && ofFlags(path, name, arguments)) {
      return;
    } else {
      enter(path, method, arguments);
    }
  }

  /** Instead of a call that is rare. When the region is only being trained, it goes on as if zero was returned. */
  private void leaveToInterpreter(Path path, MethodTypeDesc called) {
    code.add(to -> to.aload(processor).ifnonnull(bail));
    if (!called.returnType().equals(CD_void)) {
      TypeKind kind = TypeKind.from(called.returnType());
      path.top()
          .stack
          .add(
              code.value(
                  path, kind, to -> to.iconst_0().conversion(TypeKind.INT, kind.asLoadable())));
    }
  }

  /** Writes what a method of {@link Cpu} does if it sets or reads status flags that need not be computed. */
  private boolean ofFlags(Path path, String name, List<Value> arguments) {
    switch (name) {
      case "flagsOfSubtract" ->
          registers.defer(
              path,
              (Integer) Unsuitable.known(arguments.get(3)),
              arguments.get(1),
              arguments.get(2));
      case "flagsOfAdd" ->
          registers.defer(
              path,
              LazyFlags.ADDITION + (Integer) Unsuitable.known(arguments.get(3)),
              arguments.get(1),
              arguments.get(2));
      default -> {
        // Only what asks has no parameters.
        return arguments.size() == 1 && compare(path, name);
      }
    }
    return true;
  }

  private void enter(Path path, Method method, List<Value> arguments) {
    if (Modifier.isSynchronized(method.getModifiers()) || path.frames.size() > 20) {
      throw new Unsuitable("calls too much");
    }
    MethodBody body =
        bodies.of(method).orElseThrow(() -> new Unsuitable("no code of " + method.getName()));
    Class<?> type = method.getReturnType();
    Frame frame =
        new Frame(
            body, type == void.class ? null : path.newLocal(TypeKind.from(Variables.desc(type))));
    int slot = 0;
    for (Value argument : arguments) {
      frame.locals[slot] = argument;
      slot += argument.isWide() ? 2 : 1;
    }
    path.frames.add(frame);
  }

  private void call(
      Path path,
      InvokeInstruction instruction,
      Class<?> owner,
      List<Value> arguments,
      Registers seen) {
    if (!Modifier.isPublic(owner.getModifiers()) || instruction.opcode() == Opcode.INVOKESPECIAL) {
      throw new Unsuitable("calls what it can't");
    }
    MethodTypeDesc type = instruction.typeSymbol();
    ClassDesc ownerType = instruction.owner().asSymbol();
    boolean isStatic = instruction.opcode() == Opcode.INVOKESTATIC;
    // What has no result is called for what it does; and what is ours may do more than give one.
    boolean hasEffect = type.returnType().equals(CD_void);
    if (hasEffect || seen != Registers.PURE && owner.getName().startsWith(OURS)) {
      state.notInTraining();
    }
    boolean repeatable = seen == Registers.PURE || seen == Registers.UNSEEN;
    path.changed |= hasEffect || !repeatable;
    if (!repeatable) {
      registers.spill(path);
    }
    Consumer<CodeBuilder> call =
        to -> {
          for (int i = 0; i < arguments.size(); i++) {
            ClassDesc expected =
                isStatic ? type.parameterType(i) : i == 0 ? ownerType : type.parameterType(i - 1);
            code.push(to, arguments.get(i), expected);
          }
          to.invoke(
              instruction.opcode(),
              ownerType,
              instruction.name().stringValue(),
              type,
              instruction.isInterface());
        };
    if (type.returnType().equals(CD_void)) {
      code.add(call);
    } else {
      path.top().stack.add(code.value(path, TypeKind.from(type.returnType()), call));
    }
    if (seen == Registers.CHANGED) {
      registers.reload();
      path.flags = LazyFlags.NONE;
    }
  }
}
