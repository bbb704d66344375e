/**
 * JMH benchmarks of the processor, one class a question, and of whole boots.
 *
 * <p>{@link org.paravane.benchmarks.LoopingGuest} runs a piece of code that never ends; a benchmark's operation is one
 * guest instruction unless it says otherwise. {@code docs/performance.md} says how to run them.
 */
package org.paravane.benchmarks;
