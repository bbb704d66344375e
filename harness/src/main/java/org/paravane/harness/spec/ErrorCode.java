package org.paravane.harness.spec;

/** Why a boot could not be tried. The names are stable: scripts may rely on them. */
public enum ErrorCode {
  /** An option or a combination of options that makes no sense. */
  BAD_OPTION,
  /** No platform, or no platform of that name. */
  UNKNOWN_PLATFORM,
  /** Neither a file nor an image of the catalogue has that name. */
  IMAGE_NOT_FOUND,
  /** The catalogue knows the image, but it was not fetched yet. */
  IMAGE_NOT_FETCHED,
  /** The file is there and cannot be read. */
  IMAGE_UNREADABLE,
  /** The platform cannot enter this kernel. */
  IMAGE_NOT_FOR_PLATFORM,
  /** The host has not the memory that the guest was to have. */
  HOST_MEMORY,
  /** A file or a stream of the host failed. */
  HOST_IO
}
