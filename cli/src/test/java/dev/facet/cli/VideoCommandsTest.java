package dev.facet.cli;

import static dev.facet.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.PyramidFiles;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Codecs without a model as a user types them, with no pack at hand and no native library: by the embedded video codec. */
class VideoCommandsTest {
  @TempDir private static Path folder;
  private static Path pyramid;

  @BeforeAll
  static void make() throws IOException {
    System.setProperty(ModelPacks.PROPERTY, folder.resolve("none").toString());
    pyramid = folder.resolve("a.safetensors");
    PyramidFiles.write(pyramid, smooth());
    Files.createDirectory(folder.resolve("frames"));
    for (int i = 0; i < 3; i++) {
      PyramidFiles.write(folder.resolve("frames/" + i + ".npz"), smooth());
    }
    BufferedImage image = new BufferedImage(61, 40, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 61; x++) {
        image.setRGB(x, y, (4 * x) << 16 | (6 * y) << 8 | 90);
      }
    }
    ImageIO.write(image, "png", folder.resolve("photo.png").toFile());
  }

  @AfterAll
  static void forget() {
    System.clearProperty(ModelPacks.PROPERTY);
  }

  private static FeaturePyramid smooth() {
    Random random = new Random(4);
    List<Tensor> levels = new ArrayList<>();
    for (LevelShape shape : LevelShape.halves(new LevelShape(20, 27), 4)) {
      Tensor level = Tensor.zeros(shape.height(), shape.width(), 8);
      for (int i = 0; i < level.data().length; i++) {
        int x = i / 8 % shape.width();
        int y = i / 8 / shape.width();
        level.data()[i] =
            (float)
                (3 * Math.sin(x / 4.0 + i % 8) + Math.cos(y / 3.0) + 0.05 * random.nextGaussian());
      }
      levels.add(level);
    }
    return FeaturePyramid.of(levels);
  }

  private static String in(String name) {
    return folder.resolve(name).toString();
  }

  private static List<String> featureCodecs() {
    return java.util.Arrays.stream(CodecId.values())
        .filter(id -> !id.hasModel() && id != CodecId.IMAGE)
        .map(CodecId::kind)
        .toList();
  }

  @Test
  void featuresOfEveryCodecComeBack() throws IOException {
    assertThat(featureCodecs()).contains("anchor");
    for (String codec : featureCodecs()) {
      JsonNode encoded =
          run(
                  "encode",
                  in("a.safetensors"),
                  "-o",
                  in(codec + ".fcm"),
                  "--codec",
                  codec,
                  "--video",
                  "jpeg2000",
                  "--qp",
                  "12",
                  "--digest",
                  "--json")
              .succeeded()
              .json();
      assertThat(encoded.get("codec").asString()).isEqualTo(codec);
      assertThat(encoded.get("model").isNull()).isTrue();

      JsonNode seen = run("inspect", in(codec + ".fcm"), "--json").succeeded().json();
      JsonNode frame = seen.get("frames").get(0);
      assertThat(seen.get("intact").asBoolean()).isTrue();
      assertThat(frame.get("quality").asDouble()).isEqualTo(12);
      assertThat(frame.get("shapes").toString()).isEqualTo("[[20,27,8],[10,14,8],[5,7,8],[3,4,8]]");
      assertThat(
              frame.get("bits").get("header").asLong() + frame.get("bits").get("payload").asLong())
          .isEqualTo(8 * encoded.get("bytes").asLong());
      assertThat(run("inspect", in(codec + ".fcm")).succeeded().out())
          .contains("every byte is intact")
          .doesNotContain("model");

      run("decode", in(codec + ".fcm"), "-o", in("b.safetensors")).succeeded();
      for (LevelError error :
          smooth().compare(PyramidFiles.read(folder.resolve("b.safetensors")))) {
        assertThat(error.psnr()).as(codec + " " + error.level()).isGreaterThan(35);
      }
    }
  }

  @Test
  void sequences() {
    run("encode", in("frames"), "-o", in("s.fcm"), "--codec", "anchor", "--video", "jpeg2000")
        .succeeded();
    JsonNode decoded = run("decode", in("s.fcm"), "-o", in("out"), "--json").succeeded().json();
    assertThat(decoded.get("frames").size()).isEqualTo(3);
    assertThat(folder.resolve("out/frame000002.safetensors")).exists();
  }

  @Test
  void picturesComeBack() throws IOException {
    run(
            "encode",
            in("photo.png"),
            "-o",
            in("photo.fcm"),
            "--codec",
            "image",
            "--video",
            "jpeg2000",
            "--qp",
            "4")
        .succeeded();
    JsonNode frame =
        run("inspect", in("photo.fcm"), "--json").succeeded().json().get("frames").get(0);
    assertThat(frame.get("shapes").toString()).isEqualTo("[[40,61,3]]");
    assertThat(frame.get("picture").toString()).isEqualTo("[40,61]");
    run("decode", in("photo.fcm"), "-o", in("back.png")).succeeded();
    BufferedImage before = ImageIO.read(folder.resolve("photo.png").toFile());
    BufferedImage after = ImageIO.read(folder.resolve("back.png").toFile());
    int worst = 0;
    for (int y = 0; y < 40; y++) {
      for (int x = 0; x < 61; x++) {
        int a = before.getRGB(x, y);
        int b = after.getRGB(x, y);
        for (int shift = 0; shift < 24; shift += 8) {
          worst = Math.max(worst, Math.abs((a >> shift & 0xFF) - (b >> shift & 0xFF)));
        }
      }
    }
    assertThat(worst).isLessThan(12);
    run("decode", in("photo.fcm"), "-o", in("back.jpg"))
        .failed(1, "name it .png, or .safetensors or .npz for its features");
    run("decode", in("photo.fcm"), "-o", in("back.npz")).failed(1, "no model pack with a detector");
  }

  @Test
  void aRangeClips() throws IOException {
    run(
            "encode",
            in("a.safetensors"),
            "-o",
            in("r.fcm"),
            "--codec",
            "anchor",
            "--video",
            "jpeg2000",
            "--qp",
            "0",
            "--range=-1,2",
            "--bits",
            "8")
        .succeeded();
    run("decode", in("r.fcm"), "-o", in("r.safetensors")).succeeded();
    for (Tensor level : PyramidFiles.read(folder.resolve("r.safetensors")).levels()) {
      for (float value : level.data()) {
        assertThat(value).isBetween(-1f, 2f);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--codec anchor --video mpeg2 | give hevc, vvc or jpeg2000",
        "--codec anchor --video jpeg2000 --qp 22.5 | quality 22.5: that of anchor is the QP",
        "--codec anchor --video jpeg2000 --qp 60 | jpeg2000 has QP 0 to 51",
        "--codec anchor --bits 9 | bit depth 9 is neither 8 nor 10",
        "--codec anchor --range=3 | --range takes two numbers",
        "--codec anchor --range=3,1 | no range",
        "--codec image --video jpeg2000 | takes pictures, not features",
        "--codec lmsfc --video hevc | codec lmsfc codes no video",
        "--video hevc | give --codec too",
        "--codec vcm | is not in this build",
        "--codec anchor --video jpeg2000 --format reference | codec anchor has none",
      })
  void misuseIsOneLine(String line) {
    String[] parts = line.split(" \\| ");
    List<String> words = new ArrayList<>(List.of("encode", in("a.safetensors"), "-o", in("x.fcm")));
    words.addAll(List.of(parts[0].split(" ")));
    run(words.toArray(new String[0])).failed(1, parts[1]);
    assertThat(folder.resolve("x.fcm")).doesNotExist();
  }

  @Test
  void aDamagedStreamIsNamed() throws IOException {
    run(
            "encode",
            in("a.safetensors"),
            "-o",
            in("d.fcm"),
            "--codec",
            "anchor",
            "--video",
            "jpeg2000")
        .succeeded();
    byte[] bytes = Files.readAllBytes(folder.resolve("d.fcm"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(folder.resolve("d.fcm"), bytes);
    run("decode", in("d.fcm"), "-o", in("d.npz")).failed(1, "frame 0 is damaged");
  }

  @Test
  void versionListsVideoCodecs() {
    JsonNode video = run("version", "--json").succeeded().json().get("video_codecs");
    assertThat(video.get("jpeg2000").asString()).isEqualTo("JJ2000, embedded");
    // what is here differs from machine to machine, but never is it nothing, nor more than a line
    for (String standard : List.of("hevc", "vvc")) {
      assertThat(video.get(standard).asString()).isNotBlank().doesNotContain("\n");
    }
    assertThat(run("version").succeeded().out()).contains("video hevc");
  }
}
