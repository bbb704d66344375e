package org.paravane.core.instructions.integer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.paravane.core.cpu.Cpu;
import org.paravane.core.cpu.Instruction;
import org.paravane.core.instructions.integer.DataMoves.MoveImmediate;
import org.paravane.core.instructions.integer.DataMoves.MoveRegister64;

class FrequentInstructionsTest {
  private final Cpu cpu = new SingleStepper().cpu;

  static IntStream numbers() {
    return IntStream.rangeClosed(1, FrequentInstructions.CLASSES.size());
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void everyNumberStandsForTheClassOfItsPlaceInTheList(int number) {
    Instruction[] another = {processor -> {}};

    assertThatThrownBy(
            () -> FrequentInstructions.execute(another, new byte[] {(byte) number}, 0, cpu))
        .isInstanceOf(ClassCastException.class)
        .hasMessageContaining(
            "cannot be cast to class " + FrequentInstructions.CLASSES.get(number - 1).getName());
  }

  @Test
  void executesFrequentAndOtherInstructionsInTheirOrder() {
    Instruction[] code = {
      new MoveImmediate(Cpu.RBX, 3),
      processor -> processor.gpr[Cpu.RBX] *= 5,
      new MoveRegister64(Cpu.RCX, Cpu.RBX)
    };

    FrequentInstructions.execute(code, FrequentInstructions.numbers(code), 0, cpu);

    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(15);
  }

  @Test
  void beginsWhereItIsTold() {
    Instruction[] code = {new MoveImmediate(Cpu.RBX, 3), new MoveImmediate(Cpu.RCX, 4)};
    cpu.gpr[Cpu.RBX] = 1;

    FrequentInstructions.execute(code, FrequentInstructions.numbers(code), 1, cpu);

    assertThat(cpu.gpr[Cpu.RBX]).isEqualTo(1);
    assertThat(cpu.gpr[Cpu.RCX]).isEqualTo(4);
  }

  @Test
  void tellsHowManyWereCompletedWhenOneThrows() {
    Instruction[] code = {
      new MoveImmediate(Cpu.RBX, 3),
      new MoveImmediate(Cpu.RCX, 4),
      processor -> {
        throw processor.fault(13);
      }
    };

    assertThatThrownBy(
            () -> FrequentInstructions.execute(code, FrequentInstructions.numbers(code), 0, cpu))
        .isSameAs(cpu.fault(13));
    assertThat(cpu.completed).isEqualTo(2);
  }
}
