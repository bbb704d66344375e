/**
 * Boots as values: a {@link org.paravane.harness.spec.BootSpec} goes in, a
 * {@link org.paravane.harness.BootReport} comes out.
 *
 * <p>{@link org.paravane.harness.Harness} is the way in. It gets its images from an
 * {@link org.paravane.harness.spi.ImageLibrary} and its machines from a
 * {@link org.paravane.harness.spi.BootBackend}. Nothing here prints, exits, or reads the environment.
 * One {@link org.paravane.harness.BootSession} is run by one thread; only its {@code input},
 * {@code endInput} and {@code interrupt} may be called from others. Mistakes of users are
 * {@link org.paravane.core.ParavaneException}s; whatever the guest does is a
 * {@link org.paravane.harness.RunOutcome}.
 */
package org.paravane.harness;
