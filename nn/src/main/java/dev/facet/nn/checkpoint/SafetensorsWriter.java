package dev.facet.nn.checkpoint;

import dev.facet.nn.internal.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes safetensors files. The same tensors and metadata give the same bytes, in whatever order they
 * come: tensors go by falling element size (which keeps them aligned), then by name.
 */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /**
   * Writes all tensors and the metadata of a checkpoint. The file appears complete or not at all.
   *
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, Checkpoint checkpoint) throws IOException {
    AtomicFile.write(file, out -> write(out, checkpoint));
  }

  /**
   * Writes all tensors and the metadata of a checkpoint to a stream, which stays open.
   *
   * @throws IOException if the stream throws it
   */
  public static void write(OutputStream out, Checkpoint checkpoint) throws IOException {
    List<CheckpointTensor> sorted = new ArrayList<>(checkpoint.tensors());
    sorted.sort(
        Comparator.comparingInt((CheckpointTensor t) -> -t.dtype().bytes())
            .thenComparing(CheckpointTensor::name));
    byte[] header = header(sorted, checkpoint.metadata());
    int padding = -header.length & ALIGNMENT - 1;
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(0, header.length + padding).array());
    out.write(header);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (CheckpointTensor tensor : sorted) {
      out.write(tensor.bytes());
    }
  }

  private static byte[] header(List<CheckpointTensor> tensors, Map<String, String> metadata) {
    Map<String, Object> header = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      header.put("__metadata__", new TreeMap<>(metadata));
    }
    long at = 0;
    for (CheckpointTensor tensor : tensors) {
      if (tensor.name().equals("__metadata__")) {
        throw new IllegalArgumentException("a tensor cannot be named __metadata__");
      }
      long end = at + (long) tensor.elements() * tensor.dtype().bytes();
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("dtype", tensor.dtype().name());
      entry.put("shape", Arrays.stream(tensor.shape()).boxed().toList());
      entry.put("data_offsets", List.of(at, end));
      header.put(tensor.name(), entry);
      at = end;
    }
    return Json.write(header).getBytes(StandardCharsets.US_ASCII);
  }
}
