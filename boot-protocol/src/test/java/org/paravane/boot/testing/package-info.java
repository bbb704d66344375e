/** Doubles and small images that the tests build in code. */
package org.paravane.boot.testing;
