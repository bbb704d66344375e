/**
 * Doubles for testing what is built on the harness: guests that follow a script, at no cost and without an emulator.
 *
 * <p>The harness's and the command line's own tests use them. A {@link org.paravane.harness.testkit.ScriptedHost} and
 * its guests belong to one test.
 */
package org.paravane.harness.testkit;
