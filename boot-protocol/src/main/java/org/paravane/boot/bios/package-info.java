/**
 * What a PC's BIOS leaves in the first megabyte for whoever comes behind it. Source: IBM Personal System/2 and Personal
 * Computer BIOS Interface Technical Reference.
 */
package org.paravane.boot.bios;
