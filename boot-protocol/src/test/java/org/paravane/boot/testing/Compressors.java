package org.paravane.boot.testing;

import io.airlift.compress.v3.Compressor;
import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import io.airlift.compress.v3.lzo.LzoCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.paravane.boot.payload.Compression;
import org.tukaani.xz.FilterOptions;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.LZMAOutputStream;
import org.tukaani.xz.X86Options;
import org.tukaani.xz.XZOutputStream;

/** Packs data the way kernel builds do. */
public final class Compressors {
  private static final int LZ4_BLOCK = 8 << 20;
  private static final int LZO_BLOCK = 256 << 10;

  private interface Wrapping {
    OutputStream over(OutputStream out) throws IOException;
  }

  private Compressors() {}

  public static byte[] compress(Compression compression, byte[] data) {
    return switch (compression) {
      case NONE -> data;
      case GZIP -> stream(GZIPOutputStream::new, data);
      case BZIP2 -> stream(BZip2CompressorOutputStream::new, data);
      case XZ ->
          stream(
              out ->
                  new XZOutputStream(
                      out, new FilterOptions[] {new X86Options(), new LZMA2Options(1)}),
              data);
      case LZMA -> stream(out -> new LZMAOutputStream(out, new LZMA2Options(1), -1), data);
      case LZO -> lzop(data);
      case LZ4 -> lz4Legacy(data);
      case ZSTD -> raw(new ZstdJavaCompressor(), data, 0, data.length);
    };
  }

  private static byte[] stream(Wrapping wrapping, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream wrapped = wrapping.over(out)) {
      wrapped.write(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static byte[] lz4Legacy(byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(little(0x184c2102));
    for (int at = 0; at < data.length; at += LZ4_BLOCK) {
      byte[] block = raw(new Lz4JavaCompressor(), data, at, Math.min(LZ4_BLOCK, data.length - at));
      out.writeBytes(little(block.length));
      out.writeBytes(block);
    }
    return out.toByteArray();
  }

  private static byte[] lzop(byte[] data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(new byte[] {(byte) 0x89, 'L', 'Z', 'O', 0, '\r', '\n', 0x1a, '\n'});
      out.writeShort(0x1030);
      out.writeShort(0x20a0);
      out.writeShort(0x0940);
      out.write(new byte[] {1, 5});
      out.writeInt(1);
      out.writeInt(0x81a4);
      out.writeLong(0);
      out.writeByte(4);
      out.writeBytes("name");
      out.writeInt(0);
      for (int at = 0; at < data.length; at += LZO_BLOCK) {
        int count = Math.min(LZO_BLOCK, data.length - at);
        byte[] block = raw(new LzoCompressor(), data, at, count);
        byte[] stored = block.length < count ? block : Arrays.copyOfRange(data, at, at + count);
        out.writeInt(count);
        out.writeInt(stored.length);
        out.writeInt(0);
        out.write(stored);
      }
      out.writeInt(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static byte[] raw(Compressor compressor, byte[] data, int offset, int length) {
    byte[] out = new byte[compressor.maxCompressedLength(length)];
    return Arrays.copyOf(out, compressor.compress(data, offset, length, out, 0, out.length));
  }

  private static byte[] little(int value) {
    return new byte[] {
      (byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)
    };
  }
}
