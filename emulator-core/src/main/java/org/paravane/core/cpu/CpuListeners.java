package org.paravane.core.cpu;

/**
 * Two listeners as one.
 *
 * @param first hears first
 * @param second hears then
 */
record CpuListeners(CpuListener first, CpuListener second) implements CpuListener {
  @Override
  public void event(Cpu cpu, Source source, int vector, int errorCode) {
    first.event(cpu, source, vector, errorCode);
    second.event(cpu, source, vector, errorCode);
  }

  @Override
  public void msrRead(Cpu cpu, int msr, long value) {
    first.msrRead(cpu, msr, value);
    second.msrRead(cpu, msr, value);
  }

  @Override
  public void msrWrite(Cpu cpu, int msr, long value) {
    first.msrWrite(cpu, msr, value);
    second.msrWrite(cpu, msr, value);
  }

  @Override
  public void hypercall(Cpu cpu, String instruction) {
    first.hypercall(cpu, instruction);
    second.hypercall(cpu, instruction);
  }

  @Override
  public void flush(Cpu cpu, Flush flush, long linear) {
    first.flush(cpu, flush, linear);
    second.flush(cpu, flush, linear);
  }
}
