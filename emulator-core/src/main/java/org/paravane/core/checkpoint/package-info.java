/**
 * States of a machine that are kept in memory to be gone back to. They are found by reflection, so devices need not know of
 * it: whatever a machine is made of is noted, field by field, and put back in place.
 */
package org.paravane.core.checkpoint;
