package dev.facet.eval.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * Files of detections in COCO's results format (cocodataset.org/#format-results): an array of image_id, category_id, bbox, score, and
 * segmentation as compressed RLE where there is a mask.
 */
public final class CocoResults {
  private static final ObjectWriter WRITER = JsonMapper.builder().build().writer();

  private CocoResults() {}

  /**
   * Writes results, one a line, in their order. Numbers keep all their digits; the stream stays open.
   *
   * @throws IOException if the stream fails
   */
  public static void write(OutputStream out, DetectionDataset dataset, List<CocoResult> results)
      throws IOException {
    try (JsonGenerator json = WRITER.createGenerator(new OpenStream(out))) {
      json.writeStartArray();
      for (CocoResult result : results) {
        json.writeRaw("\n");
        entry(json, dataset, result);
      }
      json.writeRaw("\n");
      json.writeEndArray();
    } catch (JacksonException e) {
      throw e.getCause() instanceof IOException io
          ? io
          : new IOException(e.getOriginalMessage(), e);
    }
    out.write('\n');
    out.flush();
  }

  private static void entry(JsonGenerator json, DetectionDataset dataset, CocoResult result) {
    json.writeStartObject();
    json.writeNumberProperty("image_id", result.image());
    json.writeNumberProperty("category_id", dataset.categories().get(result.category()).id());
    json.writeArrayPropertyStart("bbox");
    json.writeNumber(result.box().x());
    json.writeNumber(result.box().y());
    json.writeNumber(result.box().width());
    json.writeNumber(result.box().height());
    json.writeEndArray();
    RunLengthMask mask = result.mask();
    if (mask != null) {
      json.writeObjectPropertyStart("segmentation");
      json.writeArrayPropertyStart("size");
      json.writeNumber(mask.height());
      json.writeNumber(mask.width());
      json.writeEndArray();
      json.writeStringProperty("counts", mask.compressed());
      json.writeEndObject();
    }
    json.writeNumberProperty("score", result.score());
    json.writeEndObject();
  }

  /**
   * Reads results for a data set, in their order.
   *
   * @throws DatasetException if the file is no such array, or names an image or a class that the data set does not have
   * @throws IOException if the file cannot be read
   */
  public static List<CocoResult> read(Path file, DetectionDataset dataset) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in, dataset);
    }
  }

  static List<CocoResult> read(String name, InputStream in, DetectionDataset dataset)
      throws DatasetException {
    Map<Integer, Integer> categories = CocoAnnotations.indices(dataset.categories());
    Set<Long> images = dataset.images().stream().map(LabelledImage::id).collect(Collectors.toSet());
    List<CocoResult> results = new ArrayList<>();
    JsonArrays.array(
        name,
        in,
        (array, entry) -> {
          long image = entry.integer("image_id");
          if (!images.contains(image)) {
            throw entry.wrong("image_id", "the data set has no image " + image);
          }
          RunLengthMask mask = entry.mask("segmentation");
          if (mask == null && !entry.has("bbox")) {
            throw entry.wrong("bbox", "is missing, and so is a segmentation as RLE");
          }
          BoundingBox box = mask != null && !entry.has("bbox") ? mask.box() : entry.box("bbox");
          results.add(
              new CocoResult(
                  image,
                  CocoAnnotations.category(entry, categories),
                  box,
                  entry.number("score"),
                  mask));
        });
    return results;
  }

  /** Keeps the caller's stream open when the generator closes. */
  private static final class OpenStream extends java.io.FilterOutputStream {
    OpenStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
