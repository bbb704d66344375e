/**
 * Where things go in guest-physical memory: the map of RAM that kernels are told, the ranges that a boot occupies, and
 * the request and result that every boot protocol shares.
 */
package org.paravane.boot.placement;
