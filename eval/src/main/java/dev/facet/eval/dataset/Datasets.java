package dev.facet.eval.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Opens labelled data sets. */
public final class Datasets {
  private Datasets() {}

  /**
   * Opens a data set of either format: a COCO file (a {@code .json}, or a folder with annotations.json), its pictures beside it or in
   * images/; or a YOLO folder with images/, labels/ and data.yaml.
   *
   * @throws DatasetException if it is neither, is damaged, or lacks pictures that it names
   * @throws IOException if a file cannot be read
   */
  public static DetectionDataset open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    Path annotations = Files.isDirectory(path) ? path.resolve("annotations.json") : path;
    if (Files.isRegularFile(annotations)) {
      DetectionDataset dataset = CocoAnnotations.read(annotations);
      dataset.requireFiles();
      return dataset;
    }
    if (Files.isDirectory(path.resolve("images"))) {
      return YoloFolder.read(path);
    }
    throw new DatasetException(
        path.toString(),
        "no data set; expected annotations.json (COCO) or images/ and labels/ (YOLO) inside");
  }

  /**
   * The same for a COCO file whose pictures need not be there: to judge results that were made elsewhere.
   *
   * @throws DatasetException if it is damaged
   * @throws IOException if the file cannot be read
   */
  public static DetectionDataset annotations(Path json) throws IOException {
    return CocoAnnotations.read(json);
  }
}
