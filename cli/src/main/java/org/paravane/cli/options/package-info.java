/** Groups of options and the converters of their values. */
package org.paravane.cli.options;
