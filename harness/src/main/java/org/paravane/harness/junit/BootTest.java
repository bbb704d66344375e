package org.paravane.harness.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;
import org.paravane.harness.spec.BootSpec;

/** A test of a kernel, run once on each platform; it takes a {@link BootRun} as a parameter. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(BootTestExtension.class)
public @interface BootTest {
  /** A kernel file's path or the name of an image of the catalogue. */
  String image() default BootSpec.DEFAULT_IMAGE;

  /** The platforms; every installed one that takes the image if empty. */
  String[] platforms() default {};

  /** The initial RAM disk's path; the image's own if empty. */
  String initrd() default "";

  /** What is added to the image's command line. */
  String append() default "";

  /** Guest RAM in MiB. */
  int memoryMiB() default 512;

  /** The number of processors. */
  int cpus() default 1;

  /** The source of every random number the guest gets from the machine. */
  long seed() default 1;

  /** Guest seconds without output after which a guest is given up; 0 for never. */
  int silenceSeconds() default 120;

  /** How many instructions the guest may execute in a wait that does not say it. */
  long patience() default BootRun.DEFAULT_PATIENCE;
}
