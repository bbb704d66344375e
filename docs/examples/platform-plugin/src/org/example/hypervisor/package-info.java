/** A platform of Paravane in a jar of its own. */
package org.example.hypervisor;
