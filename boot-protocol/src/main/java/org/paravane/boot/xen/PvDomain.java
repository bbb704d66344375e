package org.paravane.boot.xen;

/**
 * What the hypervisor has set aside for a PV guest.
 *
 * @param frames its RAM
 * @param sharedInfoAddress machine address of shared_info
 * @param storePort event channel of xenstore
 * @param consolePort event channel of the console
 * @param gdtAddress linear address at which the processor finds the descriptor table
 * @param gdtLimit offset of its last byte
 */
public record PvDomain(
    FrameMap frames,
    long sharedInfoAddress,
    int storePort,
    int consolePort,
    long gdtAddress,
    int gdtLimit) {}
