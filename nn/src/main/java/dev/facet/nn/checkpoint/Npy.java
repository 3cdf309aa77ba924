package dev.facet.nn.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * NumPy's npy files: one array of floats, integers or booleans. Reads versions 1 to 3, both byte
 * orders, C and Fortran order; writes version 1, little-endian, C order.
 */
public final class Npy {
  /** The first four bytes, little-endian. */
  static final long MAGIC = 0x4D554E93L;

  private static final int LONGEST_HEADER = 1 << 16;
  private static final int ALIGNMENT = 64;

  private Npy() {}

  /**
   * Reads an array; its name is the file name without {@code .npy}.
   *
   * @throws CheckpointException if the file is missing, damaged or of an unsupported type
   */
  public static CheckpointTensor read(Path file) throws CheckpointException {
    String name = String.valueOf(file.getFileName());
    try (ByteSource source = ByteSource.open(file, Limits.DEFAULT)) {
      return read(source, Npz.withoutSuffix(name), Limits.DEFAULT);
    }
  }

  /**
   * Reads an array from memory.
   *
   * @param name what to call the tensor and, in errors, the file
   * @throws CheckpointException if the bytes are damaged or of an unsupported type
   */
  public static CheckpointTensor read(String name, byte[] file, Limits limits)
      throws CheckpointException {
    ByteSource source = ByteSource.of(name, file);
    source.checkSize(limits);
    return read(source, name, limits);
  }

  /**
   * Writes a tensor. The file appears complete or not at all.
   *
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if the type is BF16, which NumPy does not have
   */
  public static void write(Path file, CheckpointTensor tensor) throws IOException {
    byte[] header = header(tensor);
    AtomicFile.write(
        file,
        out -> {
          out.write(header);
          out.write(tensor.bytes());
        });
  }

  /** Header and data; the header is written before any output is made, so that it fails early. */
  static void write(OutputStream out, CheckpointTensor tensor) throws IOException {
    out.write(header(tensor));
    out.write(tensor.bytes());
  }

  static CheckpointTensor read(ByteSource source, String name, Limits limits)
      throws CheckpointException {
    String file = source.name();
    ByteBuffer head =
        ByteBuffer.wrap(source.read(0, Math.min(12, source.size()), "the npy magic"))
            .order(ByteOrder.LITTLE_ENDIAN);
    if (head.capacity() < 12
        || (head.getInt(0) & 0xFFFF_FFFFL) != MAGIC
        || head.get(4) != 'P'
        || head.get(5) != 'Y') {
      throw new CheckpointException(file, 0, "is no npy file");
    }
    int version = head.get(6);
    if (version < 1 || version > 3 || head.get(7) != 0) {
      throw new CheckpointException(
          file, 6, "has npy version " + version + "." + head.get(7) + "; 1.0 to 3.0 are known");
    }
    int start = version == 1 ? 10 : 12;
    long length = version == 1 ? head.getShort(8) & 0xFFFF : head.getInt(8) & 0xFFFF_FFFFL;
    if (length > LONGEST_HEADER) {
      throw new CheckpointException(file, 8, "has an npy header of " + length + " bytes");
    }
    byte[] text = source.read(start, length, "the npy header");
    NpyHeader.Content header =
        NpyHeader.parse(
            file,
            new String(text, version == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    long count = Layout.count(header.shape());
    long available = source.size() - start - length;
    if (count < 0 || count * header.dtype().bytes() != available) {
      throw new CheckpointException(
          file,
          start + length,
          "has "
              + available
              + " bytes of data, but "
              + header.dtype()
              + Arrays.toString(header.shape())
              + " is announced; the file is truncated or damaged");
    }
    if (count > limits.maxElements()) {
      throw new CheckpointException(
          file, 8, count + " elements, over the limit of " + limits.maxElements());
    }
    byte[] data = source.read(start + length, available, "the array");
    Layout layout =
        header.fortran() ? Layout.columnMajor(header.shape()) : Layout.contiguous(header.shape());
    return new CheckpointTensor(name, header.dtype(), layout, data, header.order());
  }

  private static byte[] header(CheckpointTensor tensor) {
    if (tensor.dtype().numpyDescr() == null) {
      throw new IllegalArgumentException(
          tensor + ": NumPy has no such type; convert with to(DType.F32)");
    }
    String dict = NpyHeader.write(tensor.dtype(), tensor.shape());
    int unpadded = 10 + dict.length() + 1;
    int length = dict.length() + 1 + (-unpadded & ALIGNMENT - 1);
    ByteArrayOutputStream out = new ByteArrayOutputStream(10 + length);
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.write(length);
    out.write(length >> 8);
    String padded = dict + " ".repeat(length - dict.length() - 1) + "\n";
    out.writeBytes(padded.getBytes(StandardCharsets.US_ASCII));
    return out.toByteArray();
  }
}
