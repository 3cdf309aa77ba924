package dev.facet.cli;

import static dev.facet.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.PyramidFiles;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** From picture to detections as a user types it, with the shipped pack at a sixth of its picture size. */
class PictureCommandsTest {
  private static final Path SHIPPED = Path.of("..", "models", "aquarium");

  @TempDir private static Path folder;
  private static Path pack;

  @BeforeAll
  static void paint() throws IOException {
    System.setProperty(ModelPacks.PROPERTY, folder.resolve("models").toString());
    pack = Files.createDirectories(folder.resolve("models/small"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(SHIPPED, "*.safetensors")) {
      for (Path file : files) {
        Files.copy(file, pack.resolve(file.getFileName()));
      }
    }
    String shipped = Files.readString(SHIPPED.resolve("model.json"));
    String small = shipped.replaceAll("_side\":\\d+", "_side\":128");
    assertThat(small).isNotEqualTo(shipped);
    Files.writeString(pack.resolve("model.json"), small);
    Files.createDirectory(folder.resolve("frames"));
    paint("photo.png", 96, 128, 40);
    paint("frames/a.png", 96, 128, 40);
    paint("frames/b.png", 128, 96, 10);
  }

  @AfterAll
  static void forget() {
    System.clearProperty(ModelPacks.PROPERTY);
  }

  /** Sand, water, and something like a fish. */
  private static void paint(String name, int height, int width, int x) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(30, 90, 140));
    g.fillRect(0, 0, width, height);
    g.setColor(new Color(180, 160, 120));
    g.fillRect(0, height * 3 / 4, width, height);
    g.setColor(new Color(220, 220, 200));
    g.fillOval(x, 30, 50, 22);
    g.fillPolygon(new int[] {x + 45, x + 62, x + 62}, new int[] {41, 30, 52}, 3);
    g.dispose();
    ImageIO.write(image, "png", folder.resolve(name).toFile());
  }

  @Test
  void pictureToDetections() throws IOException {
    run("encode", in("photo.png"), "-o", in("photo.fcm"), "--quality", "5").succeeded();
    JsonNode frame =
        run("inspect", in("photo.fcm"), "--json").succeeded().json().get("frames").get(0);
    assertThat(frame.get("picture").toString()).isEqualTo("[96,128]");
    // padded to 32 and divided by 4
    int features = ModelPack.load(pack).config().features();
    assertThat(frame.get("shapes").get(0).toString()).isEqualTo("[24,32,%d]", features);

    Ran found =
        run(
                "detect",
                in("photo.fcm"),
                "--score",
                "0.01",
                "--json",
                in("found.json"),
                "--draw",
                in("found.png"))
            .succeeded();
    JsonNode results =
        JsonMapper.builder().build().readTree(Files.readString(folder.resolve("found.json")));
    assertThat(results.size()).isPositive();
    assertThat(found.out().lines()).hasSize(results.size() + 1);
    for (JsonNode result : results) {
      assertThat(result.get("image_id").asInt()).isZero();
      assertThat(result.get("category_id").asInt()).isBetween(1, 7);
      assertThat(result.get("score").asDouble()).isBetween(0.01, 1.0);
      JsonNode box = result.get("bbox");
      assertThat(box.get(0).asDouble()).isNotNegative();
      assertThat(box.get(0).asDouble() + box.get(2).asDouble()).isLessThan(128.01);
      assertThat(box.get(1).asDouble() + box.get(3).asDouble()).isLessThan(96.01);
    }
    BufferedImage plain = ImageIO.read(folder.resolve("found.png").toFile());
    assertThat(new int[] {plain.getHeight(), plain.getWidth()}).containsExactly(96, 128);

    run("detect", in("photo.fcm"), "--draw", in("on.png"), "--image", in("photo.png")).succeeded();
    BufferedImage on = ImageIO.read(folder.resolve("on.png").toFile());
    assertThat(new Color(on.getRGB(127, 95))).isNotEqualTo(new Color(plain.getRGB(127, 95)));
  }

  /** The picture itself and its pyramid give the same; the codec alone changes anything. */
  @Test
  void withoutCodec() throws IOException {
    JsonNode direct =
        run("detect", in("photo.png"), "--score", "0.01", "--json", "-").succeeded().json();
    JsonNode again =
        run("detect", in("photo.png"), "--score", "0.01", "--json", "-", "--model", pack.toString())
            .succeeded()
            .json();
    assertThat(direct.size()).isPositive();
    assertThat(again).isEqualTo(direct);
  }

  @Test
  void sequences() {
    run("encode", in("frames"), "-o", in("s.fcm")).succeeded();
    JsonNode all = run("detect", in("s.fcm"), "--score", "0.01", "--json", "-").succeeded().json();
    JsonNode one =
        run("detect", in("s.fcm"), "--score", "0.01", "--json", "-", "--frame", "1")
            .succeeded()
            .json();
    assertThat(one.size()).isPositive();
    int last = all.size() - one.size();
    for (int i = 0; i < one.size(); i++) {
      assertThat(one.get(i).get("image_id").asInt()).isEqualTo(1);
      assertThat(all.get(last + i)).isEqualTo(one.get(i));
    }
    run("detect", in("s.fcm"), "--draw", in("x.png")).failed(1, "choose with --frame");
    run("detect", in("s.fcm"), "--frame", "2").failed(1, "has frames 0 to 1, no frame 2");
    assertThat(folder.resolve("x.png")).doesNotExist();
  }

  /** A stream of features says no size: it must be given, and right. */
  @Test
  void streamsOfPyramids() throws IOException {
    run("encode", in("photo.png"), "-o", in("p.fcm")).succeeded();
    run("decode", in("p.fcm"), "-o", in("p.safetensors")).succeeded();
    run("encode", in("p.safetensors"), "-o", in("q.fcm")).succeeded();
    run("detect", in("q.fcm")).failed(1, "does not say the size of its picture");
    run("detect", in("q.fcm"), "--image", in("photo.png")).succeeded();
    run("detect", in("q.fcm"), "--image", in("frames/b.png"))
        .failed(1, "its features are not those of a picture of 128x96 pixels");
    run("detect", in("p.fcm"), "--image", in("frames/b.png"))
        .failed(1, "b.png: has 128x96 pixels, but the stream is of a picture of 96x128");
    assertThat(PyramidFiles.read(folder.resolve("p.safetensors")).size()).isEqualTo(4);
  }

  @Test
  void conversionOfDetectors() throws IOException {
    String weights = SHIPPED.resolve("detector.safetensors").toString();
    String names = "fish,jellyfish,penguin,puffin,shark,starfish,stingray";
    Ran made =
        run("convert", weights, "-o", in("d"), "--classes", names, "--licence", "none").succeeded();
    assertThat(made.out()).contains("fasterrcnn-resnet10-fpn, 7 classes");
    assertThat(run("models", "show", in("d")).succeeded().out())
        .contains("kind: detector")
        .contains("classes: fish, jellyfish")
        .contains("backbone.body")
        .contains("conventions of torchvision");
    run("encode", in("photo.png"), "-o", in("n.fcm"), "--model", in("d"))
        .failed(1, "has a detector but no codec");
    // with the shipped pack's numbers in the place of torchvision's, it is the shipped detector
    Path json = folder.resolve("d/model.json");
    JsonMapper mapper = JsonMapper.builder().build();
    JsonNode converted = mapper.readTree(json);
    JsonNode its = mapper.readTree(pack.resolve("model.json")).get("detector");
    for (String number : List.of("input", "anchors", "canonical_scale")) {
      ((ObjectNode) converted.get("detector")).set(number, its.get(number));
    }
    mapper.writeValue(json, converted);
    JsonNode shipped = run("detect", in("photo.png"), "--json", "-").succeeded().json();
    assertThat(run("detect", in("photo.png"), "--json", "-", "--model", in("d")).json())
        .isEqualTo(shipped);

    run(
            "convert",
            weights,
            "-o",
            in("both"),
            "--classes",
            names,
            "--into",
            pack.toString(),
            "--half")
        .succeeded();
    JsonNode both = run("models", "show", in("both"), "--json").succeeded().json();
    assertThat(both.get("kind").asString()).isEqualTo("lmsfc-gain");
    assertThat(both.get("detector").get("arch").asString()).isEqualTo("fasterrcnn-resnet10-fpn");
    run("encode", in("photo.png"), "-o", in("both.fcm"), "--model", in("both")).succeeded();

    run("convert", weights, "-o", in("no"), "--classes", "one,two").failed(1, "knows 7 classes");
    run("convert", weights, "-o", in("no.zip")).failed(1, "leave out .zip");
    run("convert", weights, "-o", in("d")).failed(1, "exists already");
    assertThat(folder.resolve("no")).doesNotExist();
  }

  @Test
  void errors() throws IOException {
    run("detect", in("none.png")).failed(1, "none.png: no such file");
    Files.write(folder.resolve("zero.jpg"), new byte[0]);
    run("detect", in("zero.jpg")).failed(1, "zero.jpg: is empty");
    Files.write(folder.resolve("zero.fcm"), new byte[0]);
    run("detect", in("zero.fcm")).failed(1, "zero.fcm: byte 0");
    paint("thin.png", 1, 2000, 0);
    run("encode", in("thin.png"), "-o", in("thin.fcm"))
        .failed(1, "thin.png: image of 1 x 2000 is too");
    assertThat(folder.resolve("thin.fcm")).doesNotExist();
    run("detect", in("photo.png"), "--draw", in("nowhere/x.png"))
        .failed(1, "no such file or folder");
    Ran misuse = run("detect", in("photo.png"), "--frame", "0");
    assertThat(misuse.code()).isEqualTo(2);
    run("encode", in("photo.png"), "-o", in("m.fcm"), "--model", in("frames"))
        .failed(1, "holds no model.json");
  }

  private static String in(String name) {
    return folder.resolve(name).toString();
  }
}
