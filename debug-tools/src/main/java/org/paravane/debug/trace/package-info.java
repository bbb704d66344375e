/**
 * Traces: lines that say what a guest's processors do, as text or JSON. A trace changes nothing in the machine; everything
 * runs on the machine's thread.
 */
package org.paravane.debug.trace;
