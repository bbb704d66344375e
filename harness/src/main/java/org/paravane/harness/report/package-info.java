/**
 * Files about boots: the JSON and the JUnit XML report for programs, and the page for people.
 *
 * <p>The JSON members and their meaning change only together with
 * {@link org.paravane.harness.report.JsonReport#SCHEMA_VERSION}.
 */
package org.paravane.harness.report;
