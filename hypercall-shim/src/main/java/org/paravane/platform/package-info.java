/**
 * Platforms as users choose them: how one is found (a {@link java.util.ServiceLoader} service), what it is asked for, and
 * the machine that it gives. Each platform has a package of its own and sees no other.
 */
package org.paravane.platform;
