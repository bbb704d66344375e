package org.paravane.boot.format;

/** The ways in which a kernel file can be unusable. The names are stable: reports and scripts match them. */
public enum ImageError {
  /** A size or offset field points outside the file. */
  IMAGE_TRUNCATED,
  /** No known kernel format begins like this file. */
  IMAGE_UNKNOWN_FORMAT,
  /** A field has a value that its format does not allow. */
  IMAGE_MALFORMED,
  /** Two loadable segments occupy the same guest-physical bytes. */
  IMAGE_OVERLAPPING_SEGMENTS,
  /** The format is known but this variant of it can't be booted. */
  IMAGE_UNSUPPORTED,
  /** A bzImage of a boot protocol before 2.06. */
  IMAGE_PROTOCOL_TOO_OLD,
  /** Compressed data that its decompressor refuses. */
  IMAGE_PAYLOAD_CORRUPT,
  /** Compressed data that unpacks to more than the limit. */
  IMAGE_PAYLOAD_TOO_LARGE
}
