package org.paravane.boot.smbios;

import java.util.UUID;

/**
 * What a machine says of itself. Strings are ASCII without NUL; an empty one is left out.
 *
 * @param biosVendor who made the firmware
 * @param biosVersion its version
 * @param biosDate its date, mm/dd/yyyy
 * @param manufacturer who made the system
 * @param product its name
 * @param serial its serial number
 * @param uuid its id
 * @param board the name of its board
 */
public record SmbiosIdentity(
    String biosVendor,
    String biosVersion,
    String biosDate,
    String manufacturer,
    String product,
    String serial,
    UUID uuid,
    String board) {}
