package org.paravane.core.execution;

import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.CLASS_INIT_NAME;
import static java.lang.constant.ConstantDescs.INIT_NAME;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.ConditionalBranch;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.cpu.LinearMemory;

/**
 * Writes the class of a region. Its constants are the decoded instructions themselves, so that the JIT compiler, which
 * trusts the fields of records, folds their operands and inlines their one definition: there is no second one of any
 * instruction. What the method looks like, for each block:
 *
 * <pre>
 *   if (cpu == null) return                              once, for the calls that make the JVM compile it
 *   gpr[RIP] = address of the block
 *   position = 0;  instruction0.execute(cpu)
 *   position = 1;  instruction1.execute(cpu)   …
 *   gpr[RIP] = address of the next block
 *   cpu.instructions += count
 *   if (cpu.instructions &gt;= cpu.deadline || !current(next block)) return
 *   goto next block
 * </pre>
 */
final class RegionEmitter {
  private static final ClassDesc SELF =
      ClassDesc.of(RegionEmitter.class.getPackageName(), "CompiledRegion");
  private static final ClassDesc REGION = desc(Region.class);
  private static final ClassDesc CPU = desc(Cpu.class);
  private static final ClassDesc BLOCK = desc(Block.class);
  private static final ClassDesc BLOCKS = BLOCK.arrayType();
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final ClassDesc INSTRUCTION = desc(Instruction.class);
  private static final ClassDesc BRANCH = desc(ConditionalBranch.class);
  private static final ClassDesc CONSTANTS = desc(Constants.class);
  private static final MethodTypeDesc EXECUTE = MethodTypeDesc.of(CD_void, CPU);

  private static final int POSITION = 2;

  /** What the class takes its constants from. */
  record Constants(Cpu cpu, LinearMemory memory, Instruction[] instructions, Block[] blocks) {
    static Constants of(MethodHandles.Lookup lookup) throws IllegalAccessException {
      return MethodHandles.classData(lookup, "_", Constants.class);
    }
  }

  private final Cpu cpu;
  private final RegionPlan plan;
  private final List<Instruction> instructions = new ArrayList<>();
  private final Label[] starts;
  private CodeBuilder code;
  private Label exit;

  private RegionEmitter(Cpu cpu, RegionPlan plan) {
    this.cpu = cpu;
    this.plan = plan;
    starts = new Label[plan.blocks().size()];
  }

  /** Compiles a region. */
  static Region compile(Cpu cpu, RegionPlan plan) {
    return new RegionEmitter(cpu, plan).compile();
  }

  private Region compile() {
    Block[] blocks = plan.blocks().toArray(Block[]::new);
    byte[] classFile =
        ClassFile.of()
            .build(
                SELF,
                builder -> {
                  builder.withSuperclass(REGION);
                  builder.withFlags(ClassFile.ACC_FINAL);
                  builder.withMethodBody(
                      INIT_NAME,
                      MethodTypeDesc.of(CD_void, CPU, BLOCKS, LONGS),
                      0,
                      body ->
                          body.aload(0)
                              .aload(1)
                              .aload(2)
                              .aload(3)
                              .invokespecial(
                                  REGION, INIT_NAME, MethodTypeDesc.of(CD_void, CPU, BLOCKS, LONGS))
                              .return_());
                  builder.withMethodBody("execute", EXECUTE, 0, this::body);
                  int flags = ClassFile.ACC_STATIC | ClassFile.ACC_FINAL;
                  builder.withField("cpu", CPU, flags);
                  builder.withField("gpr", LONGS, flags);
                  builder.withField("memory", desc(LinearMemory.class), flags);
                  for (int i = 0; i < instructions.size(); i++) {
                    builder.withField("i" + i, INSTRUCTION, flags);
                  }
                  for (int i = 0; i < blocks.length; i++) {
                    builder.withField("b" + i, BLOCK, flags);
                  }
                  builder.withMethodBody(
                      CLASS_INIT_NAME,
                      MethodTypeDesc.of(CD_void),
                      ClassFile.ACC_STATIC,
                      this::initializer);
                });
    try {
      Constants constants =
          new Constants(cpu, cpu.memory, instructions.toArray(Instruction[]::new), blocks);
      MethodHandles.Lookup lookup =
          MethodHandles.lookup().defineHiddenClassWithClassData(classFile, constants, true);
      return (Region)
          lookup
              .lookupClass()
              .getDeclaredConstructor(Cpu.class, Block[].class, long[].class)
              .newInstance(
                  cpu, blocks, plan.addresses().stream().mapToLong(Long::longValue).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("a region could not be defined", e);
    }
  }

  private void initializer(CodeBuilder init) {
    init.invokestatic(
            desc(MethodHandles.class),
            "lookup",
            MethodTypeDesc.of(desc(MethodHandles.Lookup.class)))
        .invokestatic(
            CONSTANTS, "of", MethodTypeDesc.of(CONSTANTS, desc(MethodHandles.Lookup.class)))
        .astore(0)
        .aload(0)
        .invokevirtual(CONSTANTS, "cpu", MethodTypeDesc.of(CPU))
        .dup()
        .putstatic(SELF, "cpu", CPU)
        .getfield(CPU, "gpr", LONGS)
        .putstatic(SELF, "gpr", LONGS)
        .aload(0)
        .invokevirtual(CONSTANTS, "memory", MethodTypeDesc.of(desc(LinearMemory.class)))
        .putstatic(SELF, "memory", desc(LinearMemory.class));
    for (int i = 0; i < instructions.size(); i++) {
      init.aload(0)
          .invokevirtual(CONSTANTS, "instructions", MethodTypeDesc.of(INSTRUCTION.arrayType()))
          .loadConstant(i)
          .aaload()
          .putstatic(SELF, "i" + i, INSTRUCTION);
    }
    for (int i = 0; i < starts.length; i++) {
      init.aload(0)
          .invokevirtual(CONSTANTS, "blocks", MethodTypeDesc.of(BLOCKS))
          .loadConstant(i)
          .aaload()
          .putstatic(SELF, "b" + i, BLOCK);
    }
    init.return_();
  }

  private void body(CodeBuilder builder) {
    code = builder;
    exit = code.newLabel();
    for (int i = 0; i < starts.length; i++) {
      starts[i] = code.newLabel();
    }
    Label from = code.newLabel();
    Label to = code.newLabel();
    Label handler = code.newLabel();
    code.aload(1).ifnull(exit).loadConstant(0).istore(POSITION).labelBinding(from);
    for (int i = 0; i < starts.length; i++) {
      block(i);
    }
    code.labelBinding(to)
        .labelBinding(handler)
        .aload(0)
        .iload(POSITION)
        .putfield(SELF, "position", CD_int)
        .athrow()
        .exceptionCatchAll(from, to, handler)
        .labelBinding(exit)
        .return_();
  }

  private void block(int number) {
    Block block = plan.blocks().get(number);
    long address = plan.addresses().get(number);
    code.labelBinding(starts[number]);
    setRip(address);
    int last = block.code.length - 1;
    for (int i = 0; i <= last; i++) {
      code.loadConstant(number << Region.POSITION_BITS | i).istore(POSITION);
      if (i == last && block.code[i] instanceof ConditionalBranch branch) {
        Label taken = code.newLabel();
        constant(branch);
        code.checkcast(BRANCH)
            .getstatic(SELF, "cpu", CPU)
            .invokeinterface(BRANCH, "decide", MethodTypeDesc.of(CD_boolean, CPU))
            .ifne(taken);
        follow(block, address + branch.next());
        code.labelBinding(taken);
        follow(block, address + branch.taken());
        return;
      }
      constant(block.code[i]);
      code.getstatic(SELF, "cpu", CPU).invokeinterface(INSTRUCTION, "execute", EXECUTE);
    }
    if (block.fallThrough != 0) {
      follow(block, address + block.fallThrough);
    } else {
      followAny(block);
    }
  }

  private void constant(Instruction instruction) {
    code.getstatic(SELF, "i" + instructions.size(), INSTRUCTION);
    instructions.add(instruction);
  }

  private void setRip(long address) {
    code.getstatic(SELF, "gpr", LONGS).loadConstant(Cpu.RIP).loadConstant(address).lastore();
  }

  /** Goes to a known address behind a block. */
  private void follow(Block block, long address) {
    setRip(address);
    retire(block);
    int next = block.near ? plan.at(address) : -1;
    if (next < 0) {
      code.goto_(exit);
    } else {
      leaveUnlessCurrent(next);
      code.goto_(starts[next]);
    }
  }

  /** Goes where RIP says behind a block. */
  private void followAny(Block block) {
    retire(block);
    if (block.near) {
      Block[] successors = {block.successor, block.otherSuccessor};
      for (Block successor : successors) {
        int next = plan.blocks().indexOf(successor);
        if (next >= 0) {
          Label other = code.newLabel();
          code.getstatic(SELF, "gpr", LONGS)
              .loadConstant(Cpu.RIP)
              .laload()
              .loadConstant((long) plan.addresses().get(next))
              .lcmp()
              .ifne(other);
          leaveUnlessCurrent(next);
          code.goto_(starts[next]).labelBinding(other);
        }
      }
    }
    code.goto_(exit);
  }

  /** Counts the block's instructions, and leaves the region if the deadline is reached. */
  private void retire(Block block) {
    code.getstatic(SELF, "cpu", CPU)
        .dup()
        .getfield(CPU, "instructions", CD_long)
        .loadConstant((long) block.instructionCount)
        .ladd()
        .dup2_x1()
        .putfield(CPU, "instructions", CD_long)
        .getstatic(SELF, "cpu", CPU)
        .getfield(CPU, "deadline", CD_long)
        .lcmp()
        .ifge(exit);
  }

  private void leaveUnlessCurrent(int next) {
    code.getstatic(SELF, "b" + next, BLOCK)
        .getstatic(SELF, "memory", desc(LinearMemory.class))
        .loadConstant((long) plan.addresses().get(next))
        .invokevirtual(
            BLOCK, "current", MethodTypeDesc.of(CD_boolean, desc(LinearMemory.class), CD_long))
        .ifeq(exit);
  }

  private static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
