package dev.facet.eval.dataset;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads a YOLO folder: pictures in images/, for each a text of the same name in labels/ with a line {@code class cx cy w h} for each
 * object (centre and size, relative to the picture's), and the names of the classes in data.yaml, in the folder or its parent. A
 * picture without a text has no objects. Ids count from 1, of pictures in the order of their names.
 */
final class YoloFolder {
  private static final Set<String> SUFFIXES = Set.of("jpg", "jpeg", "png", "bmp", "gif");

  /** Label texts and data.yaml are small; a picture by this name is not. */
  private static final long LARGEST_TEXT = 16 << 20;

  /** Relative coordinates are rounded by those who write them. */
  private static final double ROUNDING = 1e-3;

  private static final Pattern NAME =
      Pattern.compile("\\s*(?:'((?:[^']|'')*)'|\"([^\"\\\\]*)\"|([^'\",\\[\\]{}#]+?))\\s*(,|$)");

  private YoloFolder() {}

  static DetectionDataset read(Path folder) throws IOException {
    List<String> names = names(folder);
    List<Category> categories = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      categories.add(new Category(i + 1, names.get(i)));
    }
    List<Path> pictures;
    try (Stream<Path> all = Files.list(folder.resolve("images"))) {
      pictures = all.filter(file -> SUFFIXES.contains(suffix(file))).sorted().toList();
    }
    if (pictures.isEmpty()) {
      throw new DatasetException(
          folder.resolve("images").toString(), "holds no .jpg, .png, .bmp or .gif picture");
    }
    List<LabelledImage> images = new ArrayList<>();
    for (Path picture : pictures) {
      int[] size = size(picture);
      Path labels = folder.resolve("labels").resolve(stem(picture) + ".txt");
      images.add(
          new LabelledImage(
              images.size() + 1,
              picture,
              size[0],
              size[1],
              Files.exists(labels)
                  ? annotations(labels.toString(), text(labels), names.size(), size[0], size[1])
                  : List.of()));
    }
    return new DetectionDataset(categories, images);
  }

  private static List<String> names(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().normalize().getParent();
    for (Path place : parent == null ? List.of(folder) : List.of(folder, parent)) {
      Path file = place.resolve("data.yaml");
      if (Files.exists(file)) {
        return names(file.toString(), text(file));
      }
    }
    throw new DatasetException(
        folder.toString(),
        "no class names; expected data.yaml with a line names: ['a', 'b'], here or in the parent folder");
  }

  static List<String> names(String file, String yaml) throws DatasetException {
    List<String> lines = yaml.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("names:")) {
        return list(file + ", line " + (i + 1) + ", names", lines.get(i).substring(6).strip());
      }
    }
    throw new DatasetException(file, "has no line names: ['a', 'b']");
  }

  private static List<String> list(String where, String text) throws DatasetException {
    if (!text.startsWith("[") || !text.endsWith("]") || text.length() < 3) {
      throw new DatasetException(where, "expected a list on this line, as in ['a', 'b']");
    }
    String inside = text.substring(1, text.length() - 1);
    List<String> names = new ArrayList<>();
    Matcher name = NAME.matcher(inside);
    int at = 0;
    while (at < inside.length()) {
      if (!name.find(at) || name.start() != at) {
        throw new DatasetException(where, "cannot be read from its character " + (at + 2) + " on");
      }
      if (name.group(1) != null) {
        names.add(name.group(1).replace("''", "'"));
      } else {
        names.add(name.group(2) != null ? name.group(2) : name.group(3));
      }
      at = name.end();
    }
    return names;
  }

  static List<Annotation> annotations(String file, String text, int classes, int width, int height)
      throws DatasetException {
    List<Annotation> annotations = new ArrayList<>();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        String where = file + ", line " + (i + 1);
        annotations.add(
            annotation(where, lines.get(i).strip().split("\\s+"), classes, width, height));
      }
    }
    return annotations;
  }

  private static Annotation annotation(
      String where, String[] fields, int classes, int width, int height) throws DatasetException {
    if (fields.length != 5) {
      throw new DatasetException(where, fields.length + " fields, expected five: class cx cy w h");
    }
    double[] values = new double[5];
    for (int k = 0; k < 5; k++) {
      try {
        values[k] = Double.parseDouble(fields[k]);
      } catch (NumberFormatException e) {
        throw new DatasetException(where, "field " + (k + 1) + " is no number");
      }
      if (k > 0 && !(values[k] >= -ROUNDING && values[k] <= 1 + ROUNDING)) {
        throw new DatasetException(where, "field " + (k + 1) + ": expected 0 to 1");
      }
    }
    int category = (int) values[0];
    if (category != values[0] || category < 0 || category >= classes) {
      throw new DatasetException(
          where, "class " + fields[0] + ", and data.yaml names " + classes + " from 0 on");
    }
    double w = Math.max(values[3], 0) * width;
    double h = Math.max(values[4], 0) * height;
    return new Annotation(
        category, new BoundingBox(values[1] * width - w / 2, values[2] * height - h / 2, w, h));
  }

  /** Width and height from the header; no pixel is decoded. */
  private static int[] size(Path picture) throws IOException {
    try (ImageInputStream in = ImageIO.createImageInputStream(picture.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (readers.hasNext()) {
        ImageReader reader = readers.next();
        try {
          reader.setInput(in, true, true);
          return new int[] {reader.getWidth(0), reader.getHeight(0)};
        } finally {
          reader.dispose();
        }
      }
    } catch (IOException | RuntimeException e) {
      // the decoders of the JDK throw much besides IOException on damaged headers
      throw new DatasetException(picture.toString(), "damaged picture: " + e.getMessage());
    }
    throw new DatasetException(picture.toString(), "no picture that can be read, by its content");
  }

  private static String text(Path file) throws IOException {
    if (Files.size(file) > LARGEST_TEXT) {
      throw new DatasetException(file.toString(), "far too long for labels or class names");
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new DatasetException(file.toString(), "no UTF-8 text");
    }
  }

  private static String suffix(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    return name.substring(0, name.lastIndexOf('.'));
  }
}
