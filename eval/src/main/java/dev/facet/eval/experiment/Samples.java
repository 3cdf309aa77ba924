package dev.facet.eval.experiment;

import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.Category;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.dataset.LabelledImage;
import dev.facet.eval.scenes.Mask;
import dev.facet.eval.scenes.Scene;
import dev.facet.eval.scenes.SceneCategory;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Labelled pictures that are read or drawn one at a time, when they are needed. Thread-safe.
 *
 * @param categories classes of the labels
 * @param count how many pictures
 * @param reader gives the picture of a number from 0 on
 */
public record Samples(List<Category> categories, int count, Reader reader) {
  /** Gives one picture. */
  @FunctionalInterface
  public interface Reader {
    /**
     * A picture, the same at every call.
     *
     * @throws IOException if it cannot be read
     */
    Sample read(int index) throws IOException;
  }

  /**
   * @throws IllegalArgumentException if there is no picture
   */
  public Samples {
    if (count < 1) {
      throw new IllegalArgumentException("no picture: at least one is needed");
    }
    categories = List.copyOf(categories);
  }

  /** The pictures of a data set, their pixels as stored, to which labels refer: without EXIF orientation. */
  public static Samples of(DetectionDataset dataset) {
    List<LabelledImage> images = dataset.images();
    return new Samples(
        dataset.categories(),
        images.size(),
        i -> new Sample(images.get(i), Picture.read(images.get(i).file(), false)));
  }

  /** The first scenes of a generator, with the ids and names that {@link dev.facet.eval.scenes.SceneFiles} gives them. */
  public static Samples of(SceneGenerator generator, int count) {
    List<Category> categories =
        Arrays.stream(SceneCategory.values()).map(c -> new Category(c.id(), c.label())).toList();
    return new Samples(categories, count, i -> sample(generator.scene(i), i));
  }

  private static Sample sample(Scene scene, int index) {
    List<Annotation> objects =
        scene.objects().stream()
            .map(object -> annotation(object.category(), object.mask()))
            .toList();
    Picture picture = new Picture(scene.image());
    Path name = Path.of(String.format(Locale.ROOT, "%06d.png", index));
    return new Sample(
        new LabelledImage(index + 1L, name, picture.width(), picture.height(), objects), picture);
  }

  private static Annotation annotation(SceneCategory category, Mask mask) {
    BoundingBox box = new BoundingBox(mask.x(), mask.y(), mask.width(), mask.height());
    return new Annotation(category.id() - 1, box, mask.area(), false, null, null);
  }
}
