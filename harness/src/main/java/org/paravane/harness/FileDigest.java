package org.paravane.harness;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a file, computed when it is asked for: few boots are reported to a file, and a kernel's digest takes a JVM that
 * has just started longer than it takes to load the kernel. Any thread may ask.
 */
public final class FileDigest {
  private byte[] content;
  private String sha256;

  /** The digest of a file with that content, which must not change. */
  FileDigest(byte[] content) {
    this.content = content;
  }

  /** The SHA-256, in lower-case hexadecimal digits. */
  public synchronized String sha256() {
    if (sha256 == null) {
      try {
        sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        content = null;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
    return sha256;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileDigest digest && sha256().equals(digest.sha256());
  }

  @Override
  public int hashCode() {
    return sha256().hashCode();
  }

  @Override
  public String toString() {
    return sha256();
  }
}
