package dev.facet.eval.dataset;

import java.nio.file.Path;
import java.util.List;

/**
 * An image and what is in it.
 *
 * @param id by which COCO files name it
 * @param file the picture
 * @param width in pixels, 0 if the data set does not say
 * @param height in pixels, 0 if the data set does not say
 * @param annotations in the order of the file
 */
public record LabelledImage(
    long id, Path file, int width, int height, List<Annotation> annotations) {
  public LabelledImage {
    annotations = List.copyOf(annotations);
  }
}
