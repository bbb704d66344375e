/**
 * The JUnit extension: tests that boot kernels. {@link org.paravane.harness.junit.BootTest} boots an image on each of
 * several platforms, {@link org.paravane.harness.junit.Boot} gives one boot to a test as a parameter.
 *
 * <p>A guest executes only while its test waits for something, in a thread of its own. With the virtual clock, equal tests
 * see equal runs, input included: nothing here looks at the host's clock, so a debugger may hold a test for as long as it
 * likes. Needs JUnit Jupiter 6 and AssertJ on the class path.
 */
package org.paravane.harness.junit;
