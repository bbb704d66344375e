package org.paravane.core.device.interrupt;

import java.util.ArrayList;
import java.util.List;
import org.paravane.core.cpu.ProcessorSignals;

/** The pins of a processor that writes down what reaches it. */
final class RecordingProcessor implements ProcessorSignals {
  private final List<String> events = new ArrayList<>();
  private int requests;

  @Override
  public void interruptRequested() {
    requests++;
  }

  @Override
  public void nmi() {
    events.add("nmi");
  }

  @Override
  public void init() {
    events.add("init");
  }

  @Override
  public void startup(int vector) {
    events.add("startup " + vector);
  }

  List<String> events() {
    return events;
  }

  int requests() {
    return requests;
  }
}
