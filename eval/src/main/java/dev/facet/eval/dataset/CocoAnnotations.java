package dev.facet.eval.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads annotations in COCO's JSON format (cocodataset.org/#format-data): images, categories, annotations with bbox, area, iscrowd,
 * segmentation as RLE, and track_id. Masks drawn as polygons are passed over: their objects have a box and an area.
 */
final class CocoAnnotations {
  private static final int LARGEST_SIDE = 1 << 20;

  private final Path folder;
  private final List<Category> categories = new ArrayList<>();
  private final List<JsonEntry> images = new ArrayList<>();
  private final List<JsonEntry> annotations = new ArrayList<>();

  private CocoAnnotations(Path folder) {
    this.folder = folder;
  }

  static DetectionDataset read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Path parent = file.toAbsolutePath().getParent();
      return read(file.toString(), in, parent == null ? file.toAbsolutePath() : parent);
    }
  }

  /** Pictures are looked for in {@code folder} and in images/ inside it; none need be there. */
  static DetectionDataset read(String name, InputStream in, Path folder) throws DatasetException {
    CocoAnnotations reader = new CocoAnnotations(folder);
    JsonArrays.object(name, in, reader::take);
    try {
      return reader.dataset(name);
    } catch (IllegalArgumentException e) {
      throw new DatasetException(name, String.valueOf(e.getMessage()));
    }
  }

  private void take(String array, JsonEntry entry) throws DatasetException {
    switch (array) {
      case "categories" ->
          categories.add(
              new Category(entry.integer("id", 0, Integer.MAX_VALUE), entry.text("name")));
      case "images" -> images.add(entry);
      case "annotations" -> {
        entry.forgetPolygons();
        annotations.add(entry);
      }
      default -> {}
    }
  }

  private DetectionDataset dataset(String name) throws DatasetException {
    if (categories.isEmpty() || images.isEmpty()) {
      throw new DatasetException(
          name,
          "has no "
              + (images.isEmpty() ? "images" : "categories")
              + "; expected the format of COCO's instances_*.json");
    }
    categories.sort(Comparator.comparingInt(Category::id));
    Map<Integer, Integer> indices = indices(categories);
    if (indices.size() < categories.size()) {
      throw new DatasetException(name, "two categories have the same id");
    }
    Map<Long, List<Annotation>> objects = new HashMap<>();
    for (JsonEntry image : images) {
      objects.put(image.integer("id"), new ArrayList<>());
    }
    for (JsonEntry entry : annotations) {
      List<Annotation> list = objects.get(entry.integer("image_id"));
      if (list == null) {
        throw entry.wrong("image_id", "no image has the id " + entry.integer("image_id"));
      }
      list.add(annotation(entry, category(entry, indices)));
    }
    List<LabelledImage> labelled = new ArrayList<>();
    for (JsonEntry image : images) {
      long id = image.integer("id");
      labelled.add(
          new LabelledImage(
              id,
              file(image),
              side(image, "width"),
              side(image, "height"),
              objects.getOrDefault(id, List.of())));
    }
    return new DetectionDataset(categories, labelled);
  }

  /** From id to index. */
  static Map<Integer, Integer> indices(List<Category> categories) {
    Map<Integer, Integer> indices = new HashMap<>();
    for (int i = 0; i < categories.size(); i++) {
      indices.put(categories.get(i).id(), i);
    }
    return indices;
  }

  static int category(JsonEntry entry, Map<Integer, Integer> indices) throws DatasetException {
    Integer index = indices.get(entry.integer("category_id", 0, Integer.MAX_VALUE));
    if (index == null) {
      throw entry.wrong("category_id", "no category has the id " + entry.integer("category_id"));
    }
    return index;
  }

  private static Annotation annotation(JsonEntry entry, int category) throws DatasetException {
    BoundingBox box = entry.box("bbox");
    RunLengthMask mask = entry.mask("segmentation");
    double area;
    if (entry.has("area")) {
      area = entry.number("area");
    } else {
      area = mask == null ? box.area() : mask.area();
    }
    return new Annotation(
        category,
        box,
        area,
        entry.flag("iscrowd"),
        mask,
        entry.has("track_id") ? entry.integer("track_id") : null);
  }

  private static int side(JsonEntry image, String field) throws DatasetException {
    return image.has(field) ? image.integer(field, 1, LARGEST_SIDE) : 0;
  }

  /** A name from a file must not lead out of the folder. */
  private Path file(JsonEntry image) throws DatasetException {
    String name = image.text("file_name");
    try {
      Path file = folder.resolve(name).normalize();
      if (name.isBlank() || !file.startsWith(folder.normalize()) || Path.of(name).isAbsolute()) {
        throw image.wrong("file_name", "leads out of the folder of the annotations");
      }
      return Files.exists(file) ? file : folder.resolve("images").resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw image.wrong("file_name", "is no file name");
    }
  }
}
