/** General-purpose instructions (SDM Vol. 1 chapter 7), a class a family as the manual groups them. */
package org.paravane.core.instructions.integer;
