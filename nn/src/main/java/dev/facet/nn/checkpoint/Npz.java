package dev.facet.nn.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * NumPy's npz files: a zip of npy arrays, stored or compressed. Read them with {@link
 * Checkpoint#load(Path)}.
 */
public final class Npz {
  private static final String SUFFIX = ".npy";

  // The first moment that a zip can express; the same tensors must give the same bytes.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private Npz() {}

  /**
   * Writes all tensors uncompressed, in their order. The file appears complete or not at all.
   *
   * @throws IOException if the file cannot be written
   * @throws IllegalArgumentException if a tensor is BF16, which NumPy does not have
   */
  public static void write(Path file, Checkpoint checkpoint) throws IOException {
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (CheckpointTensor tensor : checkpoint.tensors()) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            Npy.write(bytes, tensor);
            CRC32 crc = new CRC32();
            crc.update(bytes.toByteArray());
            ZipEntry entry = new ZipEntry(tensor.name() + SUFFIX);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(bytes.size());
            entry.setCrc(crc.getValue());
            entry.setTimeLocal(TIME);
            zip.putNextEntry(entry);
            bytes.writeTo(zip);
          }
          zip.finish();
        });
  }

  static Checkpoint read(ByteSource source, ZipDirectory zip, Limits limits)
      throws CheckpointException {
    List<CheckpointTensor> tensors = new ArrayList<>();
    long elements = 0;
    for (String name : zip.names()) {
      ZipDirectory.Entry entry = zip.find(name);
      if (entry == null || !name.endsWith(SUFFIX)) {
        throw new CheckpointException(
            source.name(), -1, "is a zip, but neither of PyTorch nor of NumPy: it holds " + name);
      }
      if (tensors.size() == limits.maxTensors()) {
        throw new CheckpointException(
            source.name(), -1, "more than " + limits.maxTensors() + " arrays");
      }
      ByteSource array = ByteSource.of(source.name() + ", entry " + name, zip.content(entry));
      CheckpointTensor tensor = Npy.read(array, withoutSuffix(name), limits);
      elements += tensor.elements();
      if (elements > limits.maxElements()) {
        throw new CheckpointException(
            source.name(), -1, "more than " + limits.maxElements() + " elements");
      }
      tensors.add(tensor);
    }
    return Checkpoint.of(source.name(), tensors);
  }

  static String withoutSuffix(String name) {
    return name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }
}
