/**
 * The same boots in several emulators, one process each, timed from outside: from the start of the command to console
 * text. Nothing here knows how a machine works.
 */
package org.paravane.harness.comparison;
