package dev.facet.nn.checkpoint;

import dev.facet.nn.internal.Json;
import dev.facet.nn.internal.JsonException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The safetensors format: u64 length of the header, JSON header, then all tensors without gap or
 * overlap. As strict as the reference implementation, so that no two readers can see different
 * weights in the same file.
 */
final class SafetensorsReader {
  private static final String METADATA = "__metadata__";

  private SafetensorsReader() {}

  private record Entry(String name, DType dtype, int[] shape, long begin, long end) {}

  static Checkpoint read(ByteSource source, Limits limits) throws CheckpointException {
    String file = source.name();
    long length =
        ByteBuffer.wrap(source.read(0, 8, "the header length"))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong();
    if (length < 0 || length > source.size() - 8) {
      throw new CheckpointException(
          file,
          0,
          "a header of "
              + Long.toUnsignedString(length)
              + " bytes does not fit the file; it is truncated or damaged");
    }
    if (length > limits.maxHeaderBytes()) {
      throw new CheckpointException(
          file,
          0,
          "the header has " + length + " bytes, over the limit of " + limits.maxHeaderBytes());
    }
    Map<?, ?> header = parseHeader(source, length, limits);
    Map<String, String> metadata = metadata(file, header.get(METADATA));
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<?, ?> entry : header.entrySet()) {
      String name = (String) entry.getKey();
      if (!name.equals(METADATA)) {
        entries.add(entry(file, name, entry.getValue()));
      }
    }
    if (entries.size() > limits.maxTensors()) {
      throw new CheckpointException(
          file, 8, entries.size() + " tensors, over the limit of " + limits.maxTensors());
    }
    long base = 8 + length;
    checkCoverage(file, entries, base, source.size() - base, limits);
    List<CheckpointTensor> tensors = new ArrayList<>(entries.size());
    for (Entry e : entries) {
      ByteBuffer bytes = source.view(base + e.begin, e.end - e.begin, "tensor " + e.name);
      tensors.add(
          new CheckpointTensor(
              e.name, e.dtype, Layout.contiguous(e.shape), bytes, ByteOrder.LITTLE_ENDIAN));
    }
    return Checkpoint.of(file, tensors, metadata);
  }

  private static Map<?, ?> parseHeader(ByteSource source, long length, Limits limits)
      throws CheckpointException {
    byte[] bytes = source.read(8, length, "the header");
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      // A tensor takes 12 values and more for a high rank; the margin is for metadata.
      long values = Math.min(32L * limits.maxTensors() + 100_000, Integer.MAX_VALUE);
      Object root = Json.parse(text, Math.min(limits.maxDepth(), 64), (int) values);
      if (root instanceof Map<?, ?> map) {
        return map;
      }
      throw new CheckpointException(source.name(), 8, "the header is no JSON object");
    } catch (CharacterCodingException e) {
      throw new CheckpointException(source.name(), 8, "the header is not UTF-8", e);
    } catch (JsonException e) {
      throw new CheckpointException(source.name(), 8, "in the header: " + e.getMessage(), e);
    }
  }

  private static Map<String, String> metadata(String file, @Nullable Object value)
      throws CheckpointException {
    Map<String, String> metadata = new LinkedHashMap<>();
    if (value == null) {
      return metadata;
    }
    if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        if (entry.getKey() instanceof String k && entry.getValue() instanceof String v) {
          metadata.put(k, v);
        } else {
          throw new CheckpointException(
              file, 8, METADATA + " may hold strings alone, see " + entry.getKey());
        }
      }
      return metadata;
    }
    throw new CheckpointException(file, 8, METADATA + " is no object");
  }

  private static Entry entry(String file, String name, @Nullable Object value)
      throws CheckpointException {
    if (!(value instanceof Map<?, ?> map)
        || !(map.get("dtype") instanceof String type)
        || !(map.get("shape") instanceof List<?> sizes)
        || !(map.get("data_offsets") instanceof List<?> offsets)
        || map.size() != 3
        || offsets.size() != 2) {
      throw new CheckpointException(
          file, 8, "tensor " + name + " needs dtype, shape and two data_offsets, and no more");
    }
    DType dtype = DType.ofSafetensors(type);
    if (dtype == null) {
      throw new CheckpointException(
          file, 8, "tensor " + name + " has type " + type + ", which is not supported");
    }
    int[] shape = new int[sizes.size()];
    for (int d = 0; d < shape.length; d++) {
      if (!(sizes.get(d) instanceof Long size) || size < 0 || size > Integer.MAX_VALUE) {
        throw new CheckpointException(
            file, 8, "tensor " + name + " has the size " + sizes.get(d) + " in its shape");
      }
      shape[d] = size.intValue();
    }
    if (!(offsets.get(0) instanceof Long begin)
        || !(offsets.get(1) instanceof Long end)
        || begin < 0
        || end < begin) {
      throw new CheckpointException(file, 8, "tensor " + name + " has the data_offsets " + offsets);
    }
    long count = Layout.count(shape);
    if (count < 0 || count * dtype.bytes() != end - begin) {
      throw new CheckpointException(
          file,
          8,
          "tensor "
              + name
              + ", "
              + type
              + sizes
              + ", does not fill its "
              + (end - begin)
              + " bytes");
    }
    return new Entry(name, dtype, shape, begin, end);
  }

  private static void checkCoverage(
      String file, List<Entry> entries, long base, long available, Limits limits)
      throws CheckpointException {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(
        (a, b) -> a.begin != b.begin ? Long.compare(a.begin, b.begin) : Long.compare(a.end, b.end));
    long at = 0;
    long elements = 0;
    for (Entry e : sorted) {
      if (e.begin != at) {
        throw new CheckpointException(
            file,
            base + e.begin,
            "tensor "
                + e.name
                + " begins at "
                + e.begin
                + " of the data, but the one before ends at "
                + at);
      }
      at = e.end;
      elements += (e.end - e.begin) / e.dtype.bytes();
    }
    if (at != available) {
      throw new CheckpointException(
          file,
          base,
          "the tensors take "
              + at
              + " bytes, but "
              + available
              + " follow the header; the file is truncated or damaged");
    }
    if (elements > limits.maxElements()) {
      throw new CheckpointException(
          file, -1, elements + " elements, over the limit of " + limits.maxElements());
    }
  }
}
