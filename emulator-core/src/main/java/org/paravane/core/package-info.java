/** What every module of Paravane shares: the root of its exceptions. */
package org.paravane.core;
