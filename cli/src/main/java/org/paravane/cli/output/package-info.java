/** What the commands print. */
package org.paravane.cli.output;
