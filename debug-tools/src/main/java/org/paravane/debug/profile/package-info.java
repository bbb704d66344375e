/** Where a guest spends its instructions: stacks by sampling. Runs on the machine's thread and changes nothing in it. */
package org.paravane.debug.profile;
