/** Inputs that nobody meant: random bytes for the decoder, and random code on random tables for the whole processor. */
package org.paravane.core.fuzz;
