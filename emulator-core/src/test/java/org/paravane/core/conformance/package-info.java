/**
 * The processor against a real one: instruction bytes run in Paravane and, on x86-64 Linux hosts, natively, from the
 * same state; and vectors recorded that way, which every host replays.
 */
package org.paravane.core.conformance;
