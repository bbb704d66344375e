package org.paravane.core.conformance;
final class Tmp {
  public static void main(String[] a) {
    try (NativeProcessor n = new NativeProcessor()) {
      DifferentialRun r = new DifferentialRun(n, 1);
      long t = System.nanoTime();
      r.run(Integer.parseInt(a[0]));
      r.disagreements().forEach(System.out::println);
      System.out.println(r.summary() + " " + (System.nanoTime() - t) / 1000000 + " ms");
    }
  }
}
