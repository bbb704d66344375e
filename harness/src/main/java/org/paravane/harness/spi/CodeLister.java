package org.paravane.harness.spi;

import java.util.List;
import org.paravane.core.cpu.Cpu;

/** Where listings of machine code come from: the harness knows no disassembler. */
@FunctionalInterface
public interface CodeLister {
  /** The next few instructions of a processor that stands still, one a line; empty where memory cannot be read. */
  List<String> next(Cpu cpu);
}
