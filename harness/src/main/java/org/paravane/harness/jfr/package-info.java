/**
 * Events for the JDK's flight recorder: boots, and what their guests do. A boot that begins while nothing is recorded pays for
 * one question. Recording changes nothing that a guest does.
 */
package org.paravane.harness.jfr;
