/**
 * Unpacking of kernel payloads and compressed kernel files. Output grows as it is produced, up to a limit: no size
 * field of the input is trusted. Any fault of the input is an {@code ImageException}.
 */
package org.paravane.boot.payload;
