package org.paravane.harness.report;

/** The kinds of report files. */
public enum ReportFormat {
  /** One JSON document, see {@link JsonReport}. */
  JSON,
  /** One JUnit XML test suite, see {@link JunitReport}. */
  JUNIT,
  /** One page for a browser, see {@link HtmlReport}. */
  HTML
}
