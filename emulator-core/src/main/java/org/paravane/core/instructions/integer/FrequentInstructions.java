package org.paravane.core.instructions.integer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;

/**
 * Executes instructions in a row. A call of {@link Instruction#execute} finds its method through the interface table of its
 * class and jumps there; for the classes that are nine tenths of what a kernel's boot executes, a switch over a number takes
 * its place, which has their code in it. What an instruction does stands in its class only.
 */
public final class FrequentInstructions {
  /** Their place in the list, from 1 on, is the number by which {@link #execute} knows them. */
  static final List<Class<? extends Instruction>> CLASSES =
      List.of(
          DataMoves.MoveRegister64.class,
          DataMoves.MoveRegister32.class,
          DataMoves.MoveImmediate.class,
          DataMoves.LoadRegister64.class,
          DataMoves.LoadRegister32.class,
          DataMoves.StoreRegister64.class,
          DataMoves.StoreRegister32.class,
          DataMoves.StoreImmediate.class,
          DataMoves.ZeroExtendRegister.class,
          DataMoves.ZeroExtendByte.class,
          DataMoves.ZeroExtendWord.class,
          DataMoves.SignExtendRegister.class,
          DataMoves.SignExtendMemory.class,
          DataMoves.LoadAddress.class,
          DataMoves.ConditionalMove.class,
          WideArithmetic.AddRegister.class,
          WideArithmetic.AddRegisterOnly.class,
          WideArithmetic.AddImmediate.class,
          WideArithmetic.AddImmediateOnly.class,
          WideArithmetic.SubtractRegister.class,
          WideArithmetic.SubtractRegisterOnly.class,
          WideArithmetic.SubtractImmediate.class,
          WideArithmetic.SubtractImmediateOnly.class,
          WideArithmetic.AndImmediate.class,
          WideArithmetic.AndImmediateOnly.class,
          WideArithmetic.XorRegister.class,
          WideArithmetic.XorRegisterOnly.class,
          WideArithmetic.CompareRegister.class,
          BinaryArithmetic.RegisterImmediate.class,
          BinaryArithmetic.RegisterMemory.class,
          BinaryArithmetic.CompareRegisterMemory.class,
          BinaryArithmetic.CompareMemoryRegister.class,
          BinaryArithmetic.CompareMemoryImmediate.class,
          BinaryArithmetic.CompareByteMemoryImmediate.class,
          BinaryArithmetic.TestByteRegisters.class,
          BinaryArithmetic.TestByteMemoryImmediate.class,
          ShiftRotate.Shr64NoFlags.class,
          StackMoves.Push64.class,
          StackMoves.Pop64.class,
          NearBranches.Jump64.class,
          NearBranches.JumpIfZero.class,
          NearBranches.JumpIfBelow.class,
          NearBranches.JumpIfSign.class,
          NearBranches.Call64.class,
          NearBranches.Return64.class,
          CompareBranches.CompareRegisterZero.class,
          CompareBranches.CompareRegisterAny.class,
          CompareBranches.CompareImmediateZero.class,
          CompareBranches.CompareImmediateAny.class,
          CompareBranches.TestRegisterZero.class,
          CompareBranches.TestRegisterAny.class);

  private static final Map<Class<?>, Byte> NUMBERS = new HashMap<>();

  static {
    for (Class<?> frequent : CLASSES) {
      NUMBERS.put(frequent, (byte) (NUMBERS.size() + 1));
    }
  }

  private FrequentInstructions() {}

  /** For each instruction the number of its class, or 0 if that is none of the frequent ones. */
  public static byte[] numbers(Instruction[] code) {
    byte[] numbers = new byte[code.length];
    for (int i = 0; i < code.length; i++) {
      numbers[i] = NUMBERS.getOrDefault(code[i].getClass(), (byte) 0);
    }
    return numbers;
  }

  /**
   * Executes all instructions from one on. Where one throws, sets {@link Cpu#completed}.
   *
   * @param numbers what {@link #numbers} gives for {@code code}
   */
  public static void execute(Instruction[] code, byte[] numbers, int first, Cpu cpu) {
    int i = first;
    try {
      for (; i < code.length; i++) {
        Instruction instruction = code[i];
        switch (numbers[i]) {
          case 1 -> ((DataMoves.MoveRegister64) instruction).execute(cpu);
          case 2 -> ((DataMoves.MoveRegister32) instruction).execute(cpu);
          case 3 -> ((DataMoves.MoveImmediate) instruction).execute(cpu);
          case 4 -> ((DataMoves.LoadRegister64) instruction).execute(cpu);
          case 5 -> ((DataMoves.LoadRegister32) instruction).execute(cpu);
          case 6 -> ((DataMoves.StoreRegister64) instruction).execute(cpu);
          case 7 -> ((DataMoves.StoreRegister32) instruction).execute(cpu);
          case 8 -> ((DataMoves.StoreImmediate) instruction).execute(cpu);
          case 9 -> ((DataMoves.ZeroExtendRegister) instruction).execute(cpu);
          case 10 -> ((DataMoves.ZeroExtendByte) instruction).execute(cpu);
          case 11 -> ((DataMoves.ZeroExtendWord) instruction).execute(cpu);
          case 12 -> ((DataMoves.SignExtendRegister) instruction).execute(cpu);
          case 13 -> ((DataMoves.SignExtendMemory) instruction).execute(cpu);
          case 14 -> ((DataMoves.LoadAddress) instruction).execute(cpu);
          case 15 -> ((DataMoves.ConditionalMove) instruction).execute(cpu);
          case 16 -> ((WideArithmetic.AddRegister) instruction).execute(cpu);
          case 17 -> ((WideArithmetic.AddRegisterOnly) instruction).execute(cpu);
          case 18 -> ((WideArithmetic.AddImmediate) instruction).execute(cpu);
          case 19 -> ((WideArithmetic.AddImmediateOnly) instruction).execute(cpu);
          case 20 -> ((WideArithmetic.SubtractRegister) instruction).execute(cpu);
          case 21 -> ((WideArithmetic.SubtractRegisterOnly) instruction).execute(cpu);
          case 22 -> ((WideArithmetic.SubtractImmediate) instruction).execute(cpu);
          case 23 -> ((WideArithmetic.SubtractImmediateOnly) instruction).execute(cpu);
          case 24 -> ((WideArithmetic.AndImmediate) instruction).execute(cpu);
          case 25 -> ((WideArithmetic.AndImmediateOnly) instruction).execute(cpu);
          case 26 -> ((WideArithmetic.XorRegister) instruction).execute(cpu);
          case 27 -> ((WideArithmetic.XorRegisterOnly) instruction).execute(cpu);
          case 28 -> ((WideArithmetic.CompareRegister) instruction).execute(cpu);
          case 29 -> ((BinaryArithmetic.RegisterImmediate) instruction).execute(cpu);
          case 30 -> ((BinaryArithmetic.RegisterMemory) instruction).execute(cpu);
          case 31 -> ((BinaryArithmetic.CompareRegisterMemory) instruction).execute(cpu);
          case 32 -> ((BinaryArithmetic.CompareMemoryRegister) instruction).execute(cpu);
          case 33 -> ((BinaryArithmetic.CompareMemoryImmediate) instruction).execute(cpu);
          case 34 -> ((BinaryArithmetic.CompareByteMemoryImmediate) instruction).execute(cpu);
          case 35 -> ((BinaryArithmetic.TestByteRegisters) instruction).execute(cpu);
          case 36 -> ((BinaryArithmetic.TestByteMemoryImmediate) instruction).execute(cpu);
          case 37 -> ((ShiftRotate.Shr64NoFlags) instruction).execute(cpu);
          case 38 -> ((StackMoves.Push64) instruction).execute(cpu);
          case 39 -> ((StackMoves.Pop64) instruction).execute(cpu);
          case 40 -> ((NearBranches.Jump64) instruction).execute(cpu);
          case 41 -> ((NearBranches.JumpIfZero) instruction).execute(cpu);
          case 42 -> ((NearBranches.JumpIfBelow) instruction).execute(cpu);
          case 43 -> ((NearBranches.JumpIfSign) instruction).execute(cpu);
          case 44 -> ((NearBranches.Call64) instruction).execute(cpu);
          case 45 -> ((NearBranches.Return64) instruction).execute(cpu);
          case 46 -> ((CompareBranches.CompareRegisterZero) instruction).execute(cpu);
          case 47 -> ((CompareBranches.CompareRegisterAny) instruction).execute(cpu);
          case 48 -> ((CompareBranches.CompareImmediateZero) instruction).execute(cpu);
          case 49 -> ((CompareBranches.CompareImmediateAny) instruction).execute(cpu);
          case 50 -> ((CompareBranches.TestRegisterZero) instruction).execute(cpu);
          case 51 -> ((CompareBranches.TestRegisterAny) instruction).execute(cpu);
          default -> instruction.execute(cpu);
        }
      }
    } catch (Throwable thrown) {
      cpu.completed = i;
      throw thrown;
    }
  }
}
