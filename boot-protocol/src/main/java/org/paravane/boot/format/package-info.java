/**
 * Checked reading of untrusted files: nothing here trusts a size field, and the only exception is
 * {@code ImageException}.
 */
package org.paravane.boot.format;
