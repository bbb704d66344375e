package org.paravane.core.device.interrupt;

/**
 * The vectors that wait at and are in service by one processor, and its task priority (SDM volume 3A, section 12.8).
 */
final class ApicVectorQueue {
  private final VectorSet requests = new VectorSet();
  private final VectorSet inService = new VectorSet();
  private final VectorSet levelTriggered = new VectorSet();
  private int taskPriority;

  int taskPriority() {
    return taskPriority;
  }

  void taskPriority(int priority) {
    taskPriority = priority;
  }

  int processorPriority() {
    int serviced = inService.highest();
    return taskPriority >> 4 >= serviced >> 4 ? taskPriority : serviced & 0xf0;
  }

  void request(int vector, boolean level) {
    requests.add(vector);
    levelTriggered.set(vector, level);
  }

  /** The vector that may interrupt the processor now, or -1. */
  int deliverable() {
    int vector = requests.highest();
    return vector >> 4 > processorPriority() >> 4 ? vector : -1;
  }

  /** Moves a vector that {@link #deliverable()} named into service. */
  void take(int vector) {
    requests.remove(vector);
    inService.add(vector);
  }

  /** Tells whether a vector is in service, the most urgent is edge-triggered, and none waits. */
  boolean endMayBeLate() {
    int vector = inService.highest();
    return vector >= 0 && requests.highest() < 0 && !levelTriggered.contains(vector);
  }

  /** Ends the most urgent vector in service. Returns it if it is level-triggered, else -1. */
  int end() {
    int vector = inService.highest();
    if (vector < 0) {
      return -1;
    }
    inService.remove(vector);
    return levelTriggered.contains(vector) ? vector : -1;
  }

  /** One of the 24 registers from {@link ApicRegister#IN_SERVICE} on. */
  int register(int register) {
    int index = register & 7;
    return switch (register & ~7) {
      case ApicRegister.IN_SERVICE -> inService.register(index);
      case ApicRegister.TRIGGER_MODE -> levelTriggered.register(index);
      default -> requests.register(index);
    };
  }

  void reset() {
    taskPriority = 0;
    requests.clear();
    inService.clear();
    levelTriggered.clear();
  }
}
