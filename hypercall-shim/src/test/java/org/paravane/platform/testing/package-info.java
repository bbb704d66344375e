/** What the tests of the platforms share. */
package org.paravane.platform.testing;
