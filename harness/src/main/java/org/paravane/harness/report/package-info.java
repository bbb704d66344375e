/**
 * Files that programs read: the JSON report and the JUnit XML report of a boot.
 *
 * <p>The JSON members and their meaning change only together with
 * {@link org.paravane.harness.report.JsonReport#SCHEMA_VERSION}.
 */
package org.paravane.harness.report;
