package dev.facet.eval.dataset;

import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Images with annotated objects. {@link Datasets#open} reads one.
 *
 * @param categories the classes, by ascending id
 * @param images in the order of the data set
 */
public record DetectionDataset(List<Category> categories, List<LabelledImage> images) {
  /**
   * @throws IllegalArgumentException if two images or two classes share an id, classes are out of order, or an object is of no class
   */
  public DetectionDataset {
    categories = List.copyOf(categories);
    images = List.copyOf(images);
    for (int i = 1; i < categories.size(); i++) {
      if (categories.get(i).id() <= categories.get(i - 1).id()) {
        throw new IllegalArgumentException("two categories have the id " + categories.get(i).id());
      }
    }
    Set<Long> ids = new HashSet<>();
    for (LabelledImage image : images) {
      if (!ids.add(image.id())) {
        throw new IllegalArgumentException("two images have the id " + image.id());
      }
      for (Annotation annotation : image.annotations()) {
        if (annotation.category() < 0 || annotation.category() >= categories.size()) {
          throw new IllegalArgumentException(
              "image " + image.id() + " has an object of class " + annotation.category());
        }
      }
    }
  }

  /** The first {@code count} images, or all. */
  public DetectionDataset first(int count) {
    return new DetectionDataset(categories, images.subList(0, Math.min(count, images.size())));
  }

  /** Names of the classes, by index. */
  public List<String> names() {
    return categories.stream().map(Category::name).toList();
  }

  /**
   * Checks that every picture is there, before hours of work on them.
   *
   * @throws DatasetException if one is not
   */
  void requireFiles() throws DatasetException {
    for (LabelledImage image : images) {
      if (!Files.isRegularFile(image.file())) {
        throw new DatasetException(
            image.file().toString(), "no such picture; the annotations name it");
      }
    }
  }
}
