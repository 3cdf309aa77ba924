package dev.facet.cli;

import static dev.facet.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.PyramidFiles;
import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.Tensor;
import dev.facet.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every command as a user types it, on a small real checkpoint. */
class CliTest {
  @TempDir private static Path folder;
  private static Path pyramid;

  @BeforeAll
  static void makePack() throws IOException {
    System.setProperty(ModelPacks.PROPERTY, folder.resolve("models").toString());
    run("convert", golden("small_ar.pth"), "-o", in("models/small"), "--licence", "none")
        .succeeded();
    pyramid = folder.resolve("a.safetensors");
    PyramidFiles.write(pyramid, random(33, 40, 24, 1));
    Files.createDirectory(folder.resolve("frames"));
    for (int i = 0; i < 3; i++) {
      PyramidFiles.write(folder.resolve("frames/" + i + ".npz"), random(33, 40, 24, i));
    }
  }

  @AfterAll
  static void forgetPack() {
    System.clearProperty(ModelPacks.PROPERTY);
  }

  @Test
  void encodeInspectDecode() throws IOException {
    Ran encoded = run("encode", path(pyramid), "-o", in("a.fcm"), "--digest", "--json").succeeded();
    JsonNode frame = encoded.json().get("frames").get(0);
    assertThat(frame.get("bytes").asLong()).isEqualTo(Files.size(folder.resolve("a.fcm")));
    assertThat(frame.get("bits").asLong()).isEqualTo(8 * frame.get("bytes").asLong());

    JsonNode seen = run("inspect", in("a.fcm"), "--json").succeeded().json();
    assertThat(seen.get("codec").asString()).isEqualTo("lmsfc");
    assertThat(seen.get("intact").asBoolean()).isTrue();
    assertThat(seen.get("profile").asInt()).isEqualTo(1);
    JsonNode bits = seen.get("frames").get(0).get("bits");
    assertThat(bits.get("header").asLong() + bits.get("payload").asLong())
        .isEqualTo(frame.get("bits").asLong());
    assertThat(bits.get("z").asDouble() + bits.get("y").asDouble()).isPositive();
    assertThat(seen.get("frames").get(0).get("shapes").toString())
        .isEqualTo("[[33,40,24],[17,20,24],[9,10,24],[5,5,24]]");
    assertThat(run("inspect", in("a.fcm")).succeeded().out()).contains("every byte is intact");

    for (String name : List.of("b.safetensors", "b.npz")) {
      Ran decoded =
          run("decode", in("a.fcm"), "-o", in(name), "--compare", path(pyramid)).succeeded();
      assertThat(decoded.out()).contains("PSNR dB").contains("p5");
      assertThat(PyramidFiles.read(folder.resolve(name)).shapes())
          .isEqualTo(PyramidFiles.read(pyramid).shapes());
    }
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void sequence() throws IOException {
    Ran encoded = run("encode", in("frames"), "-o", in("s.fcm")).succeeded();
    assertThat(encoded.out().lines()).hasSize(5);
    run("decode", in("s.fcm"), "-o", in("decoded")).succeeded();
    for (int i = 0; i < 3; i++) {
      run("encode", in("frames/" + i + ".npz"), "-o", in("one.fcm")).succeeded();
      run("decode", in("one.fcm"), "-o", in("one.npz")).succeeded();
      FeaturePyramid alone = PyramidFiles.read(folder.resolve("one.npz"));
      Path file = folder.resolve("decoded/frame00000" + i + ".safetensors");
      assertThat(PyramidFiles.read(file).sameBits(alone)).isTrue();
    }
    JsonNode one =
        run("decode", in("s.fcm"), "--frame", "2", "--compare", in("frames/2.npz"), "--json")
            .succeeded()
            .json();
    assertThat(one.get("frames").get(0).get("levels").get(3).get("psnr").isNumber()).isTrue();
    run("decode", in("s.fcm"), "--frame", "3", "-o", in("x.npz"))
        .failed(1, "has frames 0 to 2, no frame 3");
    run("decode", in("s.fcm"), "--compare", path(pyramid)).failed(1, "choose with --frame");
  }

  @Test
  void damagedFrameIsNamedAndTheOthersAreDecoded() throws IOException {
    run("encode", in("frames"), "-o", in("d.fcm")).succeeded();
    byte[] bytes = Files.readAllBytes(folder.resolve("d.fcm"));
    bytes[60] ^= 1;
    Files.write(folder.resolve("d.fcm"), bytes);
    run("decode", in("d.fcm"), "-o", in("rest")).failed(1, "frame 0 is damaged");
    assertThat(folder.resolve("rest/frame000000.safetensors")).doesNotExist();
    assertThat(folder.resolve("rest/frame000001.safetensors")).exists();
    assertThat(folder.resolve("rest/frame000002.safetensors")).exists();
    Ran inspected = run("inspect", in("d.fcm"));
    inspected.failed(1, "frame 0 is damaged");
    assertThat(inspected.out()).contains("damaged");
  }

  @Test
  void referenceFormat() throws IOException {
    run("encode", path(pyramid), "-o", in("r.bin"), "--format", "reference").succeeded();
    run("decode", in("r.bin"), "-o", in("r.npz"), "--format", "reference", "--model", "small")
        .succeeded();
    run("encode", path(pyramid), "-o", in("f.fcm")).succeeded();
    run("decode", in("f.fcm"), "-o", in("f.npz")).succeeded();
    assertThat(
            PyramidFiles.read(folder.resolve("r.npz"))
                .sameBits(PyramidFiles.read(folder.resolve("f.npz"))))
        .isTrue();
    run("decode", in("r.bin"), "-o", in("r.npz"), "--format", "reference")
        .failed(2, "give --model");
    run("decode", in("r.bin"), "-o", in("r.npz")).failed(1, "this is not a Facet stream");
    run("encode", in("frames"), "-o", in("r.bin"), "--format", "reference")
        .failed(1, "holds one image");
  }

  @Test
  void modelsAndVersion() {
    assertThat(run("models").succeeded().out()).contains("small");
    JsonNode model = run("models", "show", "small", "--json").succeeded().json();
    assertThat(model.get("features").asInt()).isEqualTo(24);
    assertThat(model.get("latent").asInt()).isEqualTo(16);
    assertThat(model.get("context").asBoolean()).isTrue();
    assertThat(model.get("licence").asString()).isEqualTo("none");
    String digest = model.get("digest").asString();
    assertThat(run("models", "show", digest.substring(0, 6)).succeeded().out())
        .contains("g_s.p2Decoder");
    JsonNode version = run("version", "--json").succeeded().json();
    assertThat(version.get("threads").asInt()).isPositive();
    assertThat(version.get("backend").asString()).isIn("scalar", "simd");
  }

  /** Whatever file the weights come in, they are the same model. */
  @Test
  void conversionKeepsTheModel() {
    JsonNode plain =
        run("convert", golden("small_ar.safetensors"), "-o", in("x/same.zip"), "--json")
            .succeeded()
            .json();
    assertThat(plain.get("digest").asString())
        .isEqualTo(run("models", "show", "small", "--json").json().get("digest").asString());
    JsonNode old =
        run("convert", golden("small_ar_legacy.pth"), "-o", in("x/old"), "--json")
            .succeeded()
            .json();
    assertThat(old.get("digest")).isEqualTo(plain.get("digest"));
    JsonNode training =
        run("convert", golden("small_ar_training.pth"), "-o", in("x/training"), "--json")
            .succeeded()
            .json();
    assertThat(training.get("digest")).isEqualTo(plain.get("digest"));
    JsonNode noar =
        run("convert", golden("small_noar.pth"), "-o", in("x/noar"), "--json").succeeded().json();
    assertThat(noar.get("context").asBoolean()).isFalse();
    run("convert", golden("small_noar.pth"), "-o", in("x/noar")).failed(1, "exists already");
    run("convert", path(pyramid), "-o", in("x/no")).failed(1, "is no checkpoint of L-MSFC");
    run("convert", golden("call_on_load.pth"), "-o", in("x/no")).failed(1, "call_on_load.pth");
  }

  @Test
  void halfPrecisionMakesAnotherModelThatWorks() throws IOException {
    run("convert", golden("small_ar.pth"), "-o", in("x/half"), "--half").succeeded();
    assertThat(Files.size(folder.resolve("x/half/codec.safetensors")))
        .isLessThan(Files.size(folder.resolve("models/small/codec.safetensors")));
    run("encode", path(pyramid), "-o", in("h.fcm"), "--model", in("x/half")).succeeded();
    run("decode", in("h.fcm"), "-o", in("h.npz"), "--model", in("x/half")).succeeded();
    run("decode", in("h.fcm"), "-o", in("h.npz"), "--model", "small").failed(1, "made with model");
    run("decode", in("h.fcm"), "-o", in("h.npz")).failed(1, "no pack has digest");
    assertThat(Files.readString(folder.resolve("x/half/model.json")))
        .contains("\"converted_from\":\"small_ar.pth\"");
  }

  @Test
  void scenes() throws IOException {
    JsonNode answer =
        run("scenes", "--count", "3", "--seed", "4", "--out", in("scenes"), "--json")
            .succeeded()
            .json();
    JsonNode coco =
        JsonMapper.builder()
            .build()
            .readTree(Files.readString(folder.resolve("scenes/annotations.json")));
    assertThat(coco.get("images")).hasSize(3);
    assertThat(coco.get("annotations")).hasSize(answer.get("objects").asInt());
    assertThat(folder.resolve("scenes/images/000002.png")).exists();

    Ran sequence =
        run(
            "scenes",
            "--count",
            "2",
            "--seed",
            "4",
            "--out",
            in("moving"),
            "--sequence",
            "--width",
            "320",
            "--height",
            "192");
    assertThat(sequence.succeeded().out()).contains("pedestrian").contains(": 2 frames, ");

    run("scenes", "--count", "3", "--seed", "4", "--out", in("scenes"))
        .failed(1, "scenes: exists already: remove it or give another name");
    run("scenes", "--count", "3", "--seed", "4", "--out", in("none/scenes"))
        .failed(1, "none: no such file or folder");
    run("scenes", "--count", "0", "--seed", "4", "--out", in("s")).failed(1, "0 pictures");
    run("scenes", "--count", "1", "--seed", "4", "--out", in("s"), "--width", "9")
        .failed(1, "9 x 256 pixels: a side must have 64 to 4096");
    assertThat(folder.resolve("s")).doesNotExist();
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void errorsOfInputs() throws IOException {
    run("encode", in("none.npz"), "-o", in("e.fcm")).failed(1, "none.npz: no such file");
    Files.write(folder.resolve("p.png"), new byte[8]);
    run("encode", in("p.png"), "-o", in("e.fcm")).failed(1, "p.png: is no PNG, JPEG");
    run("encode", in("p.png"), path(pyramid), "-o", in("e.fcm"))
        .failed(1, "pictures and pyramids together");
    run("encode", path(pyramid), "-o", in("none/e.fcm")).failed(1, "none: no such file or folder");
    run("encode", path(pyramid), "-o", in("e.fcm"), "--quality", "1").failed(1, "quality 0 alone");
    run("encode", path(pyramid), "-o", in("e.fcm"), "--model", "x")
        .failed(1, "x: no such model pack");
    run("encode", path(pyramid), "-o", in("e.fcm"), "--codec", "lmsfc-gain")
        .failed(1, "no model pack of codec lmsfc-gain");
    PyramidFiles.write(folder.resolve("wide.npz"), random(33, 40, 25, 1));
    run("encode", in("wide.npz"), "-o", in("e.fcm"))
        .failed(1, "wide.npz: p2 has 25 channels, small codes 24");
    FeaturePyramid infinite = random(33, 40, 24, 1);
    infinite.level(1).data()[0] = Float.NaN;
    PyramidFiles.write(folder.resolve("nan.npz"), infinite);
    run("encode", in("nan.npz"), "-o", in("e.fcm")).failed(1, "p3 is NaN at row 0");
    assertThat(folder.resolve("e.fcm")).doesNotExist();
    assertThat(temporaries()).isEmpty();
    Files.createDirectories(folder.resolve("empty"));
    run("encode", in("empty"), "-o", in("e.fcm")).failed(1, "holds no .safetensors or .npz");
    Files.write(folder.resolve("zero.fcm"), new byte[0]);
    run("decode", in("zero.fcm"), "-o", in("e.npz"))
        .failed(1, "zero.fcm: byte 0, magic: the stream ends here");
  }

  @Test
  void verify() throws IOException {
    JsonNode right = run("verify", "--small", "--json").succeeded().json();
    assertThat(right.get("backend").asString()).isEqualTo("simd");
    assertThat(right.get("vector_bits").asInt()).isGreaterThanOrEqualTo(64);
    assertThat(right.get("platform").get("numeric_profile").asInt()).isEqualTo(1);
    assertThat(right.get("vectors").size()).isGreaterThan(60);
    for (JsonNode vector : right.get("vectors")) {
      assertThat(vector.get("ok").asBoolean()).as(vector.toString()).isTrue();
      assertThat(vector.get("features_sha256").asString()).matches("[0-9a-f]{64}");
    }
    assertThat(run("verify", "--small", "--expect", "backend=simd").succeeded().out())
        .contains("vector bits")
        .containsPattern("ok +small-context +[0-9a-f]{16}  [0-9a-f]{16}\\R");
    run("verify", "--small", "--expect", "vector_bits=77", "--json")
        .failed(1, "but 77 was asked for");
    run("verify", "--small", "--expect", "nonsense").failed(1, "give NAME=VALUE");
    run("verify", in("nowhere")).failed(1, "nowhere has no manifest.txt");

    Path vectors = Files.createDirectory(folder.resolve("vectors"));
    try (Stream<Path> files =
        Files.list(Path.of("../conformance/src/main/resources/dev/facet/conformance/vectors"))) {
      for (Path file : files.toList()) {
        Files.copy(file, vectors.resolve(file.getFileName()));
      }
    }
    run("verify", path(vectors), "--small").succeeded();
    Path stream = vectors.resolve("small-context.fcm");
    byte[] bytes = Files.readAllBytes(stream);
    bytes[bytes.length - 1] ^= 1;
    Files.write(stream, bytes);
    Ran wrong = run("verify", path(vectors), "--small");
    wrong.failed(1, "conformance vectors failed: small-context: small-context.fcm is damaged");
    assertThat(wrong.out())
        .containsPattern("DIFFERS +small-context")
        .contains("ok      small-gain");
    run("verify", path(vectors), "--small", "--json").failed(1, "small-context.fcm is damaged");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "encode",
        "encode x",
        "encode x -o y --quality high",
        "encode x -o y --format mpeg",
        "decode x",
        "detect",
        "detect x --score 2",
        "inspect",
        "models show",
        "verify a b",
        "version x",
        "demo --nonsense",
        "eval",
        "eval --data x --quality high",
        "scenes --count 3 --seed 1",
        "scenes --count many --seed 1 --out x",
      })
  void misuseIsOneLineAndCode2(String line) {
    run(line.split(" ", -1)).failed(2, "--help)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "encode",
        "decode",
        "detect",
        "eval",
        "inspect",
        "convert",
        "export",
        "models",
        "models show",
        "scenes",
        "verify",
        "version"
      })
  void everyCommandHasHelpWithAnExample(String command) {
    List<String> args = new ArrayList<>(List.of(command.split(" ", -1)));
    args.add("--help");
    Ran ran = run(args.toArray(new String[0])).succeeded();
    assertThat(ran.out()).contains("Usage: facet " + command).contains("Example: facet " + command);
  }

  @Test
  void helpAndDebug() {
    assertThat(run("--help").succeeded().out()).contains("Usage: facet").contains("encode");
    assertThat(run().code()).isEqualTo(2);
    Ran ran = run("decode", in("none.fcm"), "-o", in("x.npz"), "--debug");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("no such file")
        .contains("NoSuchFileException")
        .contains("\tat ");
  }

  private static FeaturePyramid random(int height, int width, int channels, long seed) {
    Random random = new Random(seed);
    List<Tensor> levels = new ArrayList<>();
    for (LevelShape shape : LevelShape.halves(new LevelShape(height, width), 4)) {
      Tensor level = Tensor.zeros(shape.height(), shape.width(), channels);
      for (int i = 0; i < level.data().length; i++) {
        level.data()[i] = (float) (random.nextGaussian() + Math.sin(i * 0.01));
      }
      levels.add(level);
    }
    return FeaturePyramid.of(levels);
  }

  private static List<Path> temporaries() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> String.valueOf(file.getFileName()).startsWith(".")).toList();
    }
  }

  private static String golden(String name) {
    return Golden.path("b/checkpoints/" + name).toString();
  }

  private static String in(String name) {
    return folder.resolve(name).toString();
  }

  private static String path(Path file) {
    return file.toString();
  }
}
