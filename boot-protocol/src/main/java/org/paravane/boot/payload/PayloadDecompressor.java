package org.paravane.boot.payload;

import java.io.IOException;
import org.paravane.boot.format.ImageBytes;

/** Unpacks one compression format. */
interface PayloadDecompressor {
  /**
   * Unpacks the input into the output.
   *
   * @param input the compressed stream, without a kernel's size trailer
   * @param output receives the data; throws {@code ImageException} beyond its limit
   * @throws IOException if the input is malformed; unchecked exceptions of the decompressor mean the same
   */
  void decompress(ImageBytes input, GrowingBytes output) throws IOException;
}
