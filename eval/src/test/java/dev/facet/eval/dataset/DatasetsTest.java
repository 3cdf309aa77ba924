package dev.facet.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.vision.detection.Detections;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatasetsTest {
  static final String COCO =
      """
      {"info": {"description": "two"}, "licenses": [1],
       "annotations": [
        {"id": 1, "image_id": 9, "category_id": 5, "bbox": [1, 2, 3.5, 4], "area": 10, "iscrowd": 0, "segmentation": [[1, 2, 3, 4, 5, 6]]},
        {"id": 2, "image_id": 9, "category_id": 2, "bbox": [0, 0, 2, 2], "iscrowd": 1, "segmentation": {"size": [2, 3], "counts": [0, 3, 3]}, "track_id": 77},
        {"id": 3, "image_id": 4, "category_id": 2, "bbox": [0, 0, 2, 2], "segmentation": {"size": [2, 3], "counts": "033"}}],
       "images": [{"id": 9, "file_name": "b.png", "width": 3, "height": 2}, {"id": 4, "file_name": "a.png"}],
       "categories": [{"id": 5, "name": "starfish"}, {"id": 2, "name": "fish"}]}
      """;

  @TempDir Path folder;

  @Test
  void readsCoco() throws IOException {
    Files.writeString(folder.resolve("annotations.json"), COCO);
    picture(folder.resolve("b.png"), 3, 2);
    picture(Files.createDirectory(folder.resolve("images")).resolve("a.png"), 3, 2);
    DetectionDataset dataset = Datasets.open(folder);
    assertThat(dataset.names()).containsExactly("fish", "starfish");
    assertThat(dataset.images()).extracting(LabelledImage::id).containsExactly(9L, 4L);
    assertThat(dataset.images()).extracting(LabelledImage::width).containsExactly(3, 0);
    assertThat(dataset.images())
        .extracting(LabelledImage::file)
        .containsExactly(folder.resolve("b.png"), folder.resolve("images/a.png"));
    Annotation first = dataset.images().getFirst().annotations().getFirst();
    assertThat(first)
        .isEqualTo(new Annotation(1, new BoundingBox(1, 2, 3.5, 4), 10, false, null, null));
    Annotation crowd = dataset.images().getFirst().annotations().get(1);
    assertThat(crowd.crowd()).isTrue();
    assertThat(crowd.track()).isEqualTo(77);
    assertThat(crowd.area()).isEqualTo(3);
    assertThat(dataset.images().get(1).annotations().getFirst().mask().counts())
        .containsExactly(0, 3, 3);
    assertThat(Datasets.open(folder.resolve("annotations.json")).images()).hasSize(2);
    assertThat(dataset.first(1).images()).hasSize(1);
  }

  @Test
  void missesAPictureAtOnce() throws IOException {
    Files.writeString(folder.resolve("annotations.json"), COCO);
    assertThatThrownBy(() -> Datasets.open(folder))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("b.png: no such picture");
    assertThat(Datasets.annotations(folder.resolve("annotations.json")).images()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"image_id\": 9, \"category_id\": 5 | \"image_id\": 8, \"category_id\": 5 | x.json, line 3, image_id: no image has the id 8",
        "\"image_id\": 9, \"category_id\": 2 | \"image_id\": 9, \"category_id\": 3 | x.json, line 4, category_id: no category has the id 3",
        "[1, 2, 3.5, 4] | [1, 2, 3.5] | x.json, line 3, bbox: expected four numbers: x, y, width, height",
        "[1, 2, 3.5, 4] | [1, 2, 3.5, \"4\"] | x.json, line 3, bbox: expected a finite number",
        "[1, 2, 3.5, 4] | [1, 2, 3.5, 1e999] | x.json, line 3, bbox: expected a finite number",
        "[1, 2, 3.5, 4] | [1, 2, -3, 4] | x.json, line 3, bbox: box of negative size -3.0 x 4.0",
        "[0, 3, 3] | [0, 3, 4] | x.json, line 4, segmentation: mask with runs of 7 pixels for an image of 2 x 3",
        "\"033\" | \"03\" | x.json, line 5, segmentation: mask with runs of 3 pixels for an image of 2 x 3",
        "\"iscrowd\": 1 | \"iscrowd\": 2 | x.json, line 4, iscrowd: 2, expected 0 to 1",
        "\"width\": 3 | \"width\": 99999999 | x.json, line 6, width: 99999999, expected 1 to 1048576",
        "\"id\": 4 | \"id\": 9.5 | x.json, line 6, id: expected an integer",
        "\"id\": 4, | | x.json, line 6, id: is missing",
        "\"id\": 5 | \"id\": 2 | x.json: two categories have the same id",
        "a.png | ../a.png | x.json, line 6, file_name: leads out of the folder of the annotations",
        "a.png | /etc/passwd | x.json, line 6, file_name: leads out of the folder of the annotations",
        "\"images\" | \"pictures\" | x.json: has no images; expected the format of COCO's instances_*.json",
        "\"categories\": [{ | \"categories\": [[{ | x.json, line 7: no JSON that can be read: Unexpected close marker '}': expected ']'",
      })
  void saysWhatIsWrongWithCoco(String part, String replacement, String message) {
    String broken = COCO.replace(part, replacement == null ? "" : replacement);
    assertThat(broken).isNotEqualTo(COCO);
    assertThatThrownBy(() -> coco(broken)).isInstanceOf(DatasetException.class).hasMessage(message);
  }

  @Test
  void refusesTwoImagesOfOneId() {
    // the first image's objects would be counted twice
    assertThatThrownBy(() ->
            coco(
                COCO.replace("{\"id\": 4,", "{\"id\": 9,")
                    .replace("\"image_id\": 4", "\"image_id\": 9")))
        .hasMessage("x.json: two images have the id 9");
  }

  /** Nothing but a DatasetException, wherever the file is cut or a bit flips. */
  @Test
  void survivesDamage() {
    byte[] sound = COCO.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < sound.length; i++) {
      byte[] cut = java.util.Arrays.copyOf(sound, i);
      if (!COCO.substring(i).isBlank()) {
        assertThatThrownBy(() -> coco(cut)).isInstanceOf(DatasetException.class);
      }
      for (int bit = 0; bit < 8; bit++) {
        byte[] flipped = sound.clone();
        flipped[i] ^= (byte) (1 << bit);
        try {
          assertThat(coco(flipped).images()).hasSize(2);
        } catch (DatasetException e) {
          assertThat(e).message().startsWith("x.json").doesNotContain("\n");
        }
      }
    }
  }

  static DetectionDataset coco(String json) throws DatasetException {
    return coco(json.getBytes(StandardCharsets.UTF_8));
  }

  static DetectionDataset coco(byte[] json) throws DatasetException {
    return CocoAnnotations.read("x.json", new ByteArrayInputStream(json), Path.of("data"));
  }

  @Test
  void writesAndReadsResults() throws IOException {
    DetectionDataset dataset = coco(COCO);
    List<CocoResult> results =
        List.of(
            new CocoResult(9, 1, new BoundingBox(0.1, 1 / 3.0, 1e-7, 640), 0.123456789012345),
            new CocoResult(
                4, 0, new BoundingBox(0, 0, 1, 1), 1, RunLengthMask.of(2, 3, new int[] {0, 3, 3})));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CocoResults.write(out, dataset, results);
    String text = out.toString(StandardCharsets.UTF_8);
    assertThat(text.lines().toList()).hasSize(4);
    assertThat(text)
        .contains(
            "{\"image_id\":4,\"category_id\":2,\"bbox\":[0.0,0.0,1.0,1.0],\"segmentation\":{\"size\":[2,3],\"counts\":\"033\"},\"score\":1.0}");
    List<CocoResult> back =
        CocoResults.read("r.json", new ByteArrayInputStream(out.toByteArray()), dataset);
    assertThat(back.getFirst()).isEqualTo(results.getFirst());
    assertThat(back.get(1).mask().counts()).containsExactly(0, 3, 3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | r.json, line 1: expected an array",
        "[1] | r.json, line 1: expected an object",
        "[] [] | r.json, line 1: text after the end",
        "[{\"image_id\": 1}] | r.json, line 1, image_id: the data set has no image 1",
        "[{\"image_id\": 9}] | r.json, line 1, bbox: is missing, and so is a segmentation as RLE",
        "[{\"image_id\": 9, \"bbox\": [1,2,3,4], \"category_id\": 2}] | r.json, line 1, score: is missing",
        "[{\"image_id\": 9, \"bbox\": [1,2,3,4], \"category_id\": 1, \"score\": 1}] | r.json, line 1, category_id: no category has the id 1",
      })
  void saysWhatIsWrongWithResults(String json, String message) throws IOException {
    DetectionDataset dataset = coco(COCO);
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> CocoResults.read("r.json", new ByteArrayInputStream(bytes), dataset))
        .isInstanceOf(DatasetException.class)
        .hasMessage(message);
  }

  @Test
  void detectionsBecomeResults() {
    Detections found = new Detections(new float[] {1, 2, 4, 8}, new int[] {3}, new float[] {0.75f});
    assertThat(CocoResult.of(5, found))
        .containsExactly(new CocoResult(5, 2, new BoundingBox(1, 2, 3, 6), 0.75));
  }

  @Test
  void readsYolo() throws IOException {
    Path valid = yolo("0 0.5 0.5 0.5 1\n\n1 0.25 0.25 0 0.5\n");
    DetectionDataset dataset = Datasets.open(valid);
    assertThat(dataset.categories())
        .containsExactly(new Category(1, "fish"), new Category(2, "sea, star's"));
    LabelledImage first = dataset.images().getFirst();
    assertThat(first.file()).isEqualTo(valid.resolve("images/a.b.png"));
    assertThat(first.width()).isEqualTo(40);
    assertThat(first.height()).isEqualTo(20);
    assertThat(first.annotations())
        .containsExactly(
            new Annotation(0, new BoundingBox(10, 0, 20, 20)),
            new Annotation(1, new BoundingBox(10, 0, 0, 10)));
    assertThat(dataset.images().get(1).annotations()).isEmpty();
    assertThat(dataset.images()).extracting(LabelledImage::id).containsExactly(1L, 2L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 0.5 0.5 0.5 | 4 fields, expected five: class cx cy w h",
        "0 0.5 0.5 0.5 0.5 0.1 0.1 | 7 fields, expected five: class cx cy w h",
        "0 0.5 0.5 x 0.5 | field 4 is no number",
        "0 0.5 0.5 0.5 1.5 | field 5: expected 0 to 1",
        "0 NaN 0.5 0.5 0.5 | field 2: expected 0 to 1",
        "2 0.5 0.5 0.5 0.5 | class 2, and data.yaml names 2 from 0 on",
        "0.5 0.5 0.5 0.5 0.5 | class 0.5, and data.yaml names 2 from 0 on",
        "1e99 0.5 0.5 0.5 0.5 | class 1e99, and data.yaml names 2 from 0 on",
      })
  void saysWhatIsWrongWithLabels(String line, String message) throws IOException {
    Path valid = yolo("0 0.5 0.5 0.5 1\n" + line);
    assertThatThrownBy(() -> Datasets.open(valid))
        .isInstanceOf(DatasetException.class)
        .hasMessage(valid.resolve("labels/a.b.txt") + ", line 2: " + message);
  }

  @Test
  void saysWhatIsWrongWithTheFolder() throws IOException {
    assertThatThrownBy(() -> Datasets.open(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> Datasets.open(folder))
        .hasMessage(
            folder
                + ": no data set; expected annotations.json (COCO) or images/ and labels/ (YOLO) inside");
    Path valid = yolo("");
    Path yaml = folder.resolve("data.yaml");
    Files.writeString(yaml, "names:\n  - fish\n");
    assertThatThrownBy(() -> Datasets.open(valid))
        .hasMessage(yaml + ", line 1, names: expected a list on this line, as in ['a', 'b']");
    Files.writeString(yaml, "names: [a, b]\n");
    Files.writeString(valid.resolve("images/c.png"), "no picture");
    assertThatThrownBy(() -> Datasets.open(valid))
        .hasMessage(
            valid.resolve("images/c.png") + ": no picture that can be read, by its content");
    byte[] png = Files.readAllBytes(valid.resolve("images/b.png"));
    Files.write(valid.resolve("images/c.png"), java.util.Arrays.copyOf(png, 12));
    assertThatThrownBy(() -> Datasets.open(valid))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(valid.resolve("images/c.png") + ": damaged picture");
    Files.delete(yaml);
    assertThatThrownBy(() -> Datasets.open(valid))
        .hasMessageStartingWith(valid + ": no class names");
  }

  @Test
  void readsNamesAsYamlWritesThem() throws IOException {
    assertThat(YoloFolder.names("y", "nc: 4\nnames: ['a''b', \"c, d\", e f,g]"))
        .containsExactly("a'b", "c, d", "e f", "g");
    assertThatThrownBy(() -> YoloFolder.names("y", "names: ['a', {b}]"))
        .hasMessage("y, line 1, names: cannot be read from its character 6 on");
  }

  private Path yolo(String labels) throws IOException {
    Files.writeString(folder.resolve("data.yaml"), "nc: 2\nnames: ['fish', \"sea, star's\"]\n");
    Path valid = Files.createDirectory(folder.resolve("valid"));
    Files.createDirectory(valid.resolve("images"));
    Files.createDirectory(valid.resolve("labels"));
    picture(valid.resolve("images/b.png"), 10, 10);
    picture(valid.resolve("images/a.b.png"), 40, 20);
    Files.writeString(valid.resolve("images/readme.txt"), "no picture");
    Files.writeString(valid.resolve("labels/a.b.txt"), labels);
    return valid;
  }

  private static void picture(Path file, int width, int height) throws IOException {
    ImageIO.write(
        new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
  }
}
