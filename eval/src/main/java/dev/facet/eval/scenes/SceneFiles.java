package dev.facet.eval.scenes;

import dev.facet.nn.Parallel;
import dev.facet.nn.internal.Unfinished;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes scenes as a data set in the form of COCO: {@code annotations.json}, and the pictures as {@code images/000000.png}, ...
 * Masks are run lengths, not compressed; in a sequence each annotation has a {@code track_id}.
 */
public final class SceneFiles {
  /** Pictures of a data set; six digits name them. */
  public static final int MOST = 1_000_000;

  /** How hard the pictures are squeezed, 0 (hard) to 1: noise hardly shrinks, so that more effort buys nothing. */
  private static final float PNG_SPEED = 0.8f;

  private record Labelled(List<SceneObject> objects, Daylight daylight, Weather weather) {}

  private SceneFiles() {}

  /**
   * Writes the scenes 0 to {@code count - 1}.
   *
   * @param folder appears when all is written; must not exist, its parent must
   * @param threads how many draw
   * @param drawn called after each picture, by one thread at a time
   * @return what was drawn
   * @throws IllegalArgumentException if {@code count} is under 1 or above {@link #MOST}
   * @throws IOException if the folder exists or cannot be written; nothing is left then
   */
  public static SceneStatistics write(
      SceneGenerator generator, int count, Path folder, int threads, Runnable drawn)
      throws IOException {
    return write(generator, generator::scene, false, count, folder, threads, drawn);
  }

  /**
   * Writes a sequence: pictures of one moving scene, the first of the seed.
   *
   * @see #write(SceneGenerator, int, Path, int, Runnable)
   */
  public static SceneStatistics writeSequence(
      SceneGenerator generator, int frames, Path folder, int threads, Runnable drawn)
      throws IOException {
    check(frames);
    return write(
        generator, generator.sequence(0, frames)::frame, true, frames, folder, threads, drawn);
  }

  private static void check(int count) {
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(count + " pictures: 1 to " + MOST + " are possible");
    }
  }

  private static SceneStatistics write(
      SceneGenerator generator,
      IntFunction<Scene> scenes,
      boolean tracks,
      int count,
      Path folder,
      int threads,
      Runnable drawn)
      throws IOException {
    check(count);
    Path target = folder.toAbsolutePath().normalize();
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(folder.toString());
    }
    Path temporary = Unfinished.beside(target);
    try {
      Path images = Files.createDirectories(temporary.resolve("images"));
      Labelled[] labels = draw(scenes, count, images, threads, drawn);
      annotations(generator, labels, tracks, temporary.resolve("annotations.json"));
      Files.move(temporary, target);
      return statistics(labels);
    } finally {
      Unfinished.delete(temporary);
    }
  }

  private static Labelled[] draw(
      IntFunction<Scene> scenes, int count, Path images, int threads, Runnable drawn)
      throws IOException {
    Labelled[] labels = new Labelled[count];
    try (Parallel parallel = new Parallel(threads)) {
      parallel.forEach(
          count,
          i -> {
            Scene scene = scenes.apply(i);
            labels[i] = new Labelled(scene.objects(), scene.daylight(), scene.weather());
            try {
              Files.write(images.resolve(fileName(i)), png(scene.image()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            synchronized (labels) {
              drawn.run();
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return labels;
  }

  private static String fileName(int index) {
    return String.format(Locale.ROOT, "%06d.png", index);
  }

  private static byte[] png(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality(PNG_SPEED);
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static void annotations(
      SceneGenerator generator, Labelled[] labels, boolean tracks, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        JsonGenerator json = JsonMapper.builder().build().createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectPropertyStart("info");
      json.writeStringProperty("description", "Street scenes drawn by Facet");
      json.writeStringProperty("version", Integer.toString(SceneGenerator.VERSION));
      json.writeNumberProperty("seed", generator.seed());
      json.writeBooleanProperty("sequence", tracks);
      json.writeEndObject();
      json.writeArrayPropertyStart("licenses");
      json.writeStartObject();
      json.writeNumberProperty("id", 1);
      json.writeStringProperty("name", "Apache-2.0");
      json.writeStringProperty("url", "https://www.apache.org/licenses/LICENSE-2.0");
      json.writeEndObject();
      json.writeEndArray();
      images(json, generator, labels);
      objects(json, generator, labels, tracks);
      json.writeArrayPropertyStart("categories");
      for (SceneCategory category : SceneCategory.values()) {
        json.writeStartObject();
        json.writeNumberProperty("id", category.id());
        json.writeStringProperty("name", category.label());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private static void images(JsonGenerator json, SceneGenerator generator, Labelled... labels) {
    json.writeArrayPropertyStart("images");
    for (int i = 0; i < labels.length; i++) {
      json.writeStartObject();
      json.writeNumberProperty("id", i + 1);
      json.writeStringProperty("file_name", fileName(i));
      json.writeNumberProperty("width", generator.width());
      json.writeNumberProperty("height", generator.height());
      json.writeNumberProperty("license", 1);
      json.writeStringProperty("daylight", labels[i].daylight.name().toLowerCase(Locale.ROOT));
      json.writeStringProperty("weather", labels[i].weather.name().toLowerCase(Locale.ROOT));
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void objects(
      JsonGenerator json, SceneGenerator generator, Labelled[] labels, boolean tracks) {
    json.writeArrayPropertyStart("annotations");
    int id = 1;
    for (int i = 0; i < labels.length; i++) {
      for (SceneObject object : labels[i].objects) {
        Mask mask = object.mask();
        json.writeStartObject();
        json.writeNumberProperty("id", id++);
        json.writeNumberProperty("image_id", i + 1);
        json.writeNumberProperty("category_id", object.category().id());
        json.writeName("bbox");
        array(json, mask.x(), mask.y(), mask.width(), mask.height());
        json.writeNumberProperty("area", mask.area());
        json.writeNumberProperty("iscrowd", 0);
        if (tracks) {
          json.writeNumberProperty("track_id", object.trackId());
        }
        json.writeObjectPropertyStart("segmentation");
        json.writeName("size");
        array(json, generator.height(), generator.width());
        json.writeName("counts");
        array(json, mask.counts());
        json.writeEndObject();
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static void array(JsonGenerator json, int... values) {
    json.writeArray(values, 0, values.length);
  }

  private static SceneStatistics statistics(Labelled... labels) {
    SceneStatistics statistics = new SceneStatistics();
    for (Labelled label : labels) {
      statistics.add(label.objects, label.daylight, label.weather);
    }
    return statistics;
  }
}
