package dev.facet.eval.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SceneFilesTest {
  private static final SceneGenerator GENERATOR = SceneGenerator.of(3, 256, 128);

  @TempDir private Path folder;

  @Test
  void sameBytesWithAnyNumberOfThreads() throws IOException {
    AtomicInteger drawn = new AtomicInteger();
    SceneFiles.write(GENERATOR, 6, folder.resolve("a"), 1, drawn::incrementAndGet);
    SceneFiles.write(GENERATOR, 6, folder.resolve("b"), 3, drawn::incrementAndGet);
    assertThat(drawn).hasValue(12);
    Map<String, byte[]> a = files(folder.resolve("a"));
    assertThat(a).hasSize(7);
    assertThat(files(folder.resolve("b"))).usingRecursiveComparison().isEqualTo(a);
    SceneFiles.write(GENERATOR, 2, folder.resolve("c"), 2, () -> {});
    assertThat(files(folder.resolve("c")).get("images/000001.png"))
        .isEqualTo(a.get("images/000001.png"));
  }

  @Test
  void annotationsSayWhatTheScenesHold() throws IOException {
    SceneStatistics statistics = SceneFiles.write(GENERATOR, 4, folder.resolve("a"), 2, () -> {});
    JsonNode coco = read("a/annotations.json");
    assertThat(coco.get("info").get("seed").asLong()).isEqualTo(3);
    assertThat(names(coco.get("categories")))
        .isEqualTo(Stream.of(SceneCategory.values()).map(SceneCategory::label).toList());
    int annotation = 0;
    for (int i = 0; i < 4; i++) {
      Scene scene = GENERATOR.scene(i);
      JsonNode image = coco.get("images").get(i);
      BufferedImage picture =
          ImageIO.read(
              folder.resolve("a/images").resolve(image.get("file_name").asString()).toFile());
      assertThat(picture.getWidth()).isEqualTo(image.get("width").asInt()).isEqualTo(256);
      assertThat(picture.getHeight()).isEqualTo(image.get("height").asInt()).isEqualTo(128);
      assertThat(pixels(picture)).isEqualTo(pixels(scene.image()));
      for (SceneObject object : scene.objects()) {
        JsonNode entry = coco.get("annotations").get(annotation++);
        Mask mask = object.mask();
        assertThat(entry.get("id").asInt()).isEqualTo(annotation);
        assertThat(entry.get("image_id").asInt()).isEqualTo(image.get("id").asInt());
        assertThat(entry.get("category_id").asInt()).isEqualTo(object.category().id());
        assertThat(integers(entry.get("bbox")))
            .containsExactly(mask.x(), mask.y(), mask.width(), mask.height());
        assertThat(entry.get("area").asInt()).isEqualTo(mask.area());
        assertThat(entry.get("iscrowd").asInt()).isZero();
        assertThat(entry.has("track_id")).isFalse();
        assertThat(integers(entry.get("segmentation").get("size"))).containsExactly(128, 256);
        assertThat(integers(entry.get("segmentation").get("counts"))).isEqualTo(mask.counts());
      }
    }
    assertThat(coco.get("annotations")).hasSize(annotation);
    assertThat(statistics.objects()).isEqualTo(annotation);
  }

  @Test
  void sequencesHaveTracks() throws IOException {
    SceneFiles.writeSequence(GENERATOR, 3, folder.resolve("a"), 2, () -> {});
    JsonNode coco = read("a/annotations.json");
    List<SceneObject> last = GENERATOR.sequence(0, 3).frame(2).objects();
    assertThat(last).isNotEmpty();
    int n = coco.get("annotations").size();
    assertThat(coco.get("annotations").get(n - 1).get("track_id").asInt())
        .isEqualTo(last.getLast().trackId());
  }

  @Test
  void writesAllOrNothing() throws IOException {
    Path there = Files.createDirectory(folder.resolve("there"));
    assertThatThrownBy(() -> SceneFiles.write(GENERATOR, 1, there, 1, () -> {}))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThatThrownBy(() -> SceneFiles.write(GENERATOR, 1, folder.resolve("none/x"), 1, () -> {}))
        .isInstanceOf(NoSuchFileException.class);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SceneFiles.write(GENERATOR, 0, folder.resolve("x"), 1, () -> {}));
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            SceneFiles.writeSequence(
                GENERATOR, SceneFiles.MOST + 1, folder.resolve("x"), 1, () -> {}));
    assertThatThrownBy(() ->
            SceneFiles.write(
                GENERATOR,
                3,
                folder.resolve("x"),
                2,
                () -> {
                  throw new IllegalStateException("stopped");
                }))
        .hasMessage("stopped");
    assertThat(files(folder)).isEmpty();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(there);
    }
  }

  private JsonNode read(String file) throws IOException {
    return JsonMapper.builder().build().readTree(Files.readAllBytes(folder.resolve(file)));
  }

  private static Map<String, byte[]> files(Path folder) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static List<String> names(JsonNode categories) {
    return IntStream.range(0, categories.size())
        .mapToObj(i -> categories.get(i).get("name").asString())
        .toList();
  }

  private static int[] integers(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }

  private static int[] pixels(BufferedImage image) {
    return image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
  }
}
