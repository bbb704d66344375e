/**
 * What can be asked of a boot, as checked values, and the errors that refuse what makes no sense.
 *
 * <p>Everything here is immutable but {@link org.paravane.harness.spec.BootSpec.Builder}.
 */
package org.paravane.harness.spec;
