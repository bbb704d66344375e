package org.paravane.core.execution;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.LinearMemory;
import org.paravane.core.specialization.Constants;
import org.paravane.core.specialization.Definitions;
import org.paravane.core.specialization.RegionCode;
import org.paravane.core.specialization.Specializer;
import org.paravane.core.specialization.Variables;

/**
 * Writes the class of a region: a method in which registers are local variables, and in which each instruction stands as the
 * {@link Specializer} has it. What it looks like:
 *
 * <pre>
 *   if (cpu == null &amp;&amp; training == null) return          for the calls that make the JVM compile it
 *   load the registers, or what training has instead of them
 *   for each block:
 *     position = 0;  first instruction;  position = 1;  second instruction   …
 *     instructions += count
 *     if (instructions &gt;= cpu.deadline) leave
 *     if (dropped || !current(next block)) leave         where that can be
 *     goto next block
 *   leave: store the registers; return
 *   bail: store the registers; return position          for an instruction that the interpreter is to execute
 * </pre>
 */
final class RegionEmitter {
  private static final ClassDesc SELF =
      ClassDesc.of(RegionEmitter.class.getPackageName(), "CompiledRegion");
  private static final ClassDesc REGION = desc(Region.class);
  private static final ClassDesc PLAN = desc(RegionPlan.class);
  private static final ClassDesc CPU = desc(Cpu.class);
  private static final ClassDesc BLOCK = desc(Block.class);
  private static final ClassDesc MEMORY = desc(LinearMemory.class);
  private static final MethodTypeDesc EXECUTE = MethodTypeDesc.of(CD_int, CPU, CD_long.arrayType());
  private static final MethodTypeDesc CONSTRUCT = MethodTypeDesc.of(CD_void, CPU, PLAN);

  // The variables of the method, beside those of Variables.
  private static final int PROCESSOR = 1;
  private static final int TRAINING = 2;
  private static final int POSITION = 3;

  /** The JVM never compiles a longer method, unless it is told to. */
  private static final int MAX_CODE_BYTES = 8000;

  private final Cpu cpu;
  private final RegionPlan plan;
  private final Constants constants = new Constants(SELF);
  private final Variables variables;
  private final Definitions definitions;
  private final Label[] starts;

  /** For each block, whether it may do more than what is written: it may change code. */
  private final boolean[] calls;

  private RegionCode code;
  private Specializer specializer;
  private Label exit;
  private Label bail;

  private RegionEmitter(Cpu cpu, RegionPlan plan, Definitions definitions) {
    this.cpu = cpu;
    this.plan = plan;
    variables = new Variables(SELF, constants, cpu);
    this.definitions = definitions;
    starts = new Label[plan.blocks().size()];
    calls = new boolean[starts.length];
  }

  /** Compiles a region: the planned one, or so much of it that the JVM compiles its method too. */
  static Region compile(Cpu cpu, RegionPlan plan, Definitions definitions) {
    RegionPlan smaller = plan;
    while (true) {
      RegionEmitter emitter = new RegionEmitter(cpu, smaller, definitions);
      byte[] classFile = emitter.write();
      if (smaller.blocks().size() == 1 || codeBytes(classFile) <= MAX_CODE_BYTES) {
        return emitter.define(classFile);
      }
      smaller = smaller.half();
    }
  }

  private static int codeBytes(byte[] classFile) {
    return ClassFile.of().parse(classFile).methods().stream()
        .filter(method -> method.methodName().equalsString("execute"))
        .mapToInt(method -> method.findAttribute(Attributes.code()).orElseThrow().codeLength())
        .sum();
  }

  /** What the class takes its constants from; called by its initializer. */
  static Object[] constants(MethodHandles.Lookup lookup) throws IllegalAccessException {
    return MethodHandles.classData(lookup, "_", Object[].class);
  }

  private byte[] write() {
    return ClassFile.of()
        .build(
            SELF,
            builder -> {
              builder.withSuperclass(REGION);
              builder.withFlags(ClassFile.ACC_FINAL);
              builder.withMethodBody(INIT_NAME, CONSTRUCT, 0, RegionEmitter::constructor);
              builder.withMethodBody("execute", EXECUTE, 0, this::body);
              variables.declareSpill(builder);
              constants.declare(builder);
              builder.withMethodBody(
                  CLASS_INIT_NAME,
                  MethodTypeDesc.of(CD_void),
                  ClassFile.ACC_STATIC,
                  this::initializer);
            });
  }

  private Region define(byte[] classFile) {
    try {
      MethodHandles.Lookup lookup =
          MethodHandles.lookup()
              .defineHiddenClassWithClassData(classFile, constants.objects(), true);
      return (Region)
          lookup
              .lookupClass()
              .getDeclaredConstructor(Cpu.class, RegionPlan.class)
              .newInstance(cpu, plan);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a region could not be defined", e);
    }
  }

  private static void constructor(CodeBuilder body) {
    body.aload(0).aload(1).aload(2).invokespecial(REGION, INIT_NAME, CONSTRUCT).return_();
  }

  private void initializer(CodeBuilder init) {
    init.invokestatic(
            desc(MethodHandles.class),
            "lookup",
            MethodTypeDesc.of(desc(MethodHandles.Lookup.class)))
        .invokestatic(
            desc(RegionEmitter.class),
            "constants",
            MethodTypeDesc.of(CD_Object.arrayType(), desc(MethodHandles.Lookup.class)))
        .astore(0);
    constants.initialize(init);
    init.return_();
  }

  private void body(CodeBuilder builder) {
    code = new RegionCode(builder, constants);
    exit = builder.newLabel();
    bail = builder.newLabel();
    Label nothing = builder.newLabel();
    specializer =
        new Specializer(
            cpu,
            definitions,
            plan.surroundings(),
            constants,
            variables,
            code,
            PROCESSOR,
            bail,
            nothing);
    for (int i = 0; i < starts.length; i++) {
      starts[i] = builder.newLabel();
    }
    for (int i = 0; i < starts.length; i++) {
      block(i);
    }
    Label from = builder.newLabel();
    Label to = builder.newLabel();
    Label handler = builder.newLabel();
    Label trained = builder.newLabel();
    Label begin = builder.newLabel();
    builder.loadConstant(0).istore(POSITION).aload(PROCESSOR).ifnull(trained);
    variables.begin(builder);
    variables.load(builder);
    builder.goto_(begin).labelBinding(trained).aload(TRAINING).ifnull(nothing);
    variables.loadTraining(builder, TRAINING);
    builder.labelBinding(begin).labelBinding(from);
    code.build();
    builder
        .labelBinding(to)
        .labelBinding(handler)
        .aload(0)
        .iload(POSITION)
        .putfield(SELF, "position", CD_int)
        .athrow()
        .exceptionCatchAll(from, to, handler)
        .labelBinding(exit)
        .aload(PROCESSOR)
        .ifnull(nothing)
        .lload(Variables.RIP);
    variables.spill(builder);
    builder
        .labelBinding(nothing)
        .loadConstant(Region.BETWEEN_BLOCKS)
        .ireturn()
        .labelBinding(bail)
        .lload(Variables.RIP);
    variables.spill(builder);
    builder.iload(POSITION).ireturn();
  }

  private void block(int number) {
    Block block = plan.blocks().get(number);
    long address = plan.addresses().get(number);
    code.add(to -> to.labelBinding(starts[number]).loadConstant(address).lstore(Variables.RIP));
    specializer.beginBlock();
    int last = block.code.length - 1;
    for (int i = 0; i <= last; i++) {
      int position = number << Region.POSITION_BITS | i;
      code.add(to -> to.loadConstant(position).istore(POSITION));
      boolean branches = i == last && block.fallThrough == 0;
      if (branches) {
        specializer.write(block.code[i], address, true, rip -> leave(block, rip));
      } else {
        Label next = code.newLabel();
        specializer.write(block.code[i], address, false, rip -> code.add(to -> to.goto_(next)));
        code.add(to -> to.labelBinding(next));
      }
    }
    if (block.fallThrough != 0) {
      leave(block, address + block.fallThrough);
    }
    calls[number] = specializer.takeCalled();
  }

  /** Goes where RIP says behind a block; {@code rip} is null if it is in its variable. */
  private void leave(Block block, Long rip) {
    retire(block);
    if (rip != null) {
      int next = block.near ? plan.at(rip) : -1;
      code.add(to -> to.loadConstant((long) rip).lstore(Variables.RIP));
      if (next >= 0) {
        leaveUnlessCurrent(block, next);
        code.add(to -> to.goto_(starts[next]));
        return;
      }
    } else if (block.near) {
      follow(block);
      return;
    }
    code.add(to -> to.goto_(exit));
  }

  /** Goes to where RIP says, if it is one of the block's successors in the region. */
  private void follow(Block block) {
    List<SwitchCase> cases = new ArrayList<>();
    long base = plan.addresses().getFirst();
    for (Block successor : block.successors()) {
      int next = plan.blocks().indexOf(successor);
      long distance = next < 0 ? Long.MAX_VALUE : plan.addresses().get(next) - base;
      if ((int) distance == distance) {
        cases.add(SwitchCase.of((int) distance, code.newLabel()));
      }
    }
    if (cases.isEmpty()) {
      code.add(to -> to.goto_(exit));
      return;
    }
    cases.sort(Comparator.comparingInt(SwitchCase::caseValue));
    code.add(to -> {
      distance(to, base);
      distance(to, base);
      to.l2i().i2l().lcmp().ifne(exit);
      distance(to, base);
      to.l2i().lookupswitch(exit, cases);
    });
    for (SwitchCase one : cases) {
      code.add(to -> to.labelBinding(one.target()));
      int next = plan.at(base + one.caseValue());
      leaveUnlessCurrent(block, next);
      code.add(to -> to.goto_(starts[next]));
    }
  }

  private static void distance(CodeBuilder to, long base) {
    to.lload(Variables.RIP).loadConstant(base).lsub();
  }

  /** Counts the block's instructions. */
  private void retire(Block block) {
    code.add(to ->
        to.lload(Variables.INSTRUCTIONS)
            .loadConstant((long) block.instructionCount)
            .ladd()
            .lstore(Variables.INSTRUCTIONS));
  }

  /** Leaves the region if the deadline is reached, or if the next block may not be entered. */
  private void leaveUnlessCurrent(Block block, int next) {
    code.add(to -> {
      to.lload(Variables.INSTRUCTIONS);
      constants.push(to, cpu, CPU);
      to.getfield(CPU, "deadline", CD_long).lcmp().ifge(exit);
    });
    int number = plan.blocks().indexOf(block);
    code.add(to -> {
      if (calls[number]) {
        to.aload(0).getfield(SELF, "dropped", CD_boolean).ifne(exit);
      }
    });
    Block target = plan.blocks().get(next);
    long from = plan.addresses().get(number);
    long address = plan.addresses().get(next);
    // Within a page the mapping is the one that brought the execution here.
    if ((from ^ address) >>> 12 != 0 || target.secondRamOffset >= 0) {
      code.add(to -> {
        constants.push(to, target, BLOCK);
        constants.push(to, cpu.memory, MEMORY);
        to.loadConstant(address)
            .invokevirtual(BLOCK, "current", MethodTypeDesc.of(CD_boolean, MEMORY, CD_long))
            .ifeq(exit);
      });
    }
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
