package org.paravane.core.specialization;

import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Label;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import org.paravane.core.cpu.Cpu;

/**
 * The local variables in which a region keeps registers: while it executes they are the registers, and {@link Cpu} has old
 * values. {@link #spill} brings those up to date. All are longs.
 */
public final class Variables {
  /** Where RIP is when the region is left; within it RIP is known. */
  public static final int RIP = 4;

  /** {@link Cpu#instructions}. */
  public static final int INSTRUCTIONS = 6;

  /** {@link Cpu#flagResult}. */
  public static final int FLAG_RESULT = 8;

  /** {@link Cpu#flagCarries}. */
  public static final int FLAG_CARRIES = 10;

  private static final int GENERAL = 12;
  private static final int XMM = GENERAL + 2 * 16;

  /** The first operand of the operation that the status flags are of. */
  static final int FLAG_A = XMM + 2 * 32;

  /** The second one. */
  static final int FLAG_B = FLAG_A + 2;

  /**
   * The operation, an int: see {@link LazyFlags}. Unless it is {@link LazyFlags#NONE}, {@link #FLAG_RESULT} and {@link
   * #FLAG_CARRIES} have old values.
   */
  public static final int FLAG_OPERATION = FLAG_B + 2;

  /** The first variable that holds none of these. */
  static final int FIRST_FREE = FLAG_OPERATION + 1;

  /** Elements of the array that {@link #loadTraining} reads: one for each local variable. */
  public static final int TRAINING_VALUES = FIRST_FREE;

  private static final ClassDesc CPU = desc(Cpu.class);
  private static final ClassDesc LONGS = CD_long.arrayType();
  private static final String SPILL = "spill";

  private final ClassDesc owner;
  private final Constants constants;
  private final Cpu cpu;
  private final BitSet used = new BitSet();
  private final BitSet written = new BitSet();

  /** Variables of a method of {@code owner}, which executes on that processor. */
  public Variables(ClassDesc owner, Constants constants, Cpu cpu) {
    this.owner = owner;
    this.constants = constants;
    this.cpu = cpu;
    written(INSTRUCTIONS);
    written(FLAG_RESULT);
    written(FLAG_CARRIES);
  }

  /** The variable of an element of {@link Cpu#gpr}, below {@link Cpu#ZERO}. */
  static int general(int register) {
    return GENERAL + 2 * register;
  }

  /** The variable of an element of {@link org.paravane.core.cpu.FpuState#xmm}. */
  static int xmm(int half) {
    return XMM + 2 * half;
  }

  /** Notes that the region reads a register. */
  void used(int variable) {
    used.set(variable);
  }

  /** Notes that the region changes a register. */
  void written(int variable) {
    used.set(variable);
    written.set(variable);
  }

  /** Tells whether a variable is one of the two that hold the status flags. */
  static boolean isFlags(int variable) {
    return variable == FLAG_RESULT || variable == FLAG_CARRIES;
  }

  private static boolean isField(int variable) {
    return variable < GENERAL;
  }

  private static String field(int variable) {
    return switch (variable) {
      case INSTRUCTIONS -> "instructions";
      case FLAG_RESULT -> "flagResult";
      default -> "flagCarries";
    };
  }

  private long[] array(int variable) {
    return variable < XMM ? cpu.gpr : cpu.fpu.xmm;
  }

  private static int element(int variable) {
    return (variable - (variable < XMM ? GENERAL : XMM)) / 2;
  }

  /** Adds loads of all registers that the region uses; to be called when all its code is known. */
  public void load(CodeBuilder code) {
    used.stream()
        .forEach(variable -> {
          if (isField(variable)) {
            constants.push(code, cpu, CPU);
            code.getfield(CPU, field(variable), CD_long);
          } else {
            constants.push(code, array(variable), LONGS);
            code.loadConstant(element(variable)).laload();
          }
          code.lstore(variable);
        });
    code.loadConstant(LazyFlags.NONE).istore(FLAG_OPERATION);
  }

  /** Adds loads of all variables from an array of {@link #TRAINING_VALUES} longs in that local variable. */
  public void loadTraining(CodeBuilder code, int array) {
    used.stream()
        .forEach(variable -> code.aload(array).loadConstant(variable).laload().lstore(variable));
    for (int variable : new int[] {FLAG_A, FLAG_B}) {
      code.aload(array).loadConstant(variable).laload().lstore(variable);
    }
    code.aload(array).loadConstant(FLAG_OPERATION).laload().l2i().istore(FLAG_OPERATION);
  }

  /** Adds the start of the variables that have no register: to be called before {@link #load}. */
  public void begin(CodeBuilder code) {
    code.lconst_0().lstore(FLAG_A).lconst_0().lstore(FLAG_B);
  }

  /** Adds a call that stores the registers which the region changes; RIP is on the stack. */
  public void spill(CodeBuilder code) {
    code.iload(FLAG_OPERATION).lload(FLAG_A).lload(FLAG_B);
    written.stream().forEach(code::lload);
    code.invokestatic(owner, SPILL, spillType());
  }

  private MethodTypeDesc spillType() {
    List<ClassDesc> parameters = new ArrayList<>(List.of(CD_long, CD_int, CD_long, CD_long));
    parameters.addAll(Collections.nCopies(written.cardinality(), CD_long));
    return MethodTypeDesc.of(CD_void, parameters);
  }

  /** Writes the method that {@link #spill} calls. */
  public void declareSpill(ClassBuilder builder) {
    builder.withMethodBody(SPILL, spillType(), ClassFile.ACC_STATIC, this::spillBody);
  }

  private void spillBody(CodeBuilder code) {
    int operation = 2;
    int a = 3;
    int b = 5;
    constants.push(code, cpu.gpr, LONGS);
    code.loadConstant(Cpu.RIP).lload(0).lastore();
    int parameter = 7;
    for (int variable : written.stream().toArray()) {
      if (isField(variable)) {
        if (variable != INSTRUCTIONS) {
          Label settled = code.newLabel();
          code.iload(operation).iflt(settled);
          code.iload(operation).lload(a).lload(b);
          settle(code, variable);
          code.lstore(parameter).labelBinding(settled);
        }
        constants.push(code, cpu, CPU);
        code.lload(parameter).putfield(CPU, field(variable), CD_long);
      } else {
        constants.push(code, array(variable), LONGS);
        code.loadConstant(element(variable)).lload(parameter).lastore();
      }
      parameter += 2;
    }
    code.return_();
  }

  /** Adds a call that computes {@link #FLAG_RESULT} or {@link #FLAG_CARRIES}; operation and operands are on the stack. */
  static void settle(CodeBuilder code, int variable) {
    code.invokestatic(
        desc(LazyFlags.class),
        variable == FLAG_RESULT ? "result" : "carries",
        MethodTypeDesc.of(CD_long, CD_int, CD_long, CD_long));
  }

  static ClassDesc desc(Class<?> type) {
    return type.describeConstable().orElseThrow();
  }
}
