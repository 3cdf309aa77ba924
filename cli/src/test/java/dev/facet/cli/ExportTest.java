package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.ModelPack;
import dev.facet.codec.lmsfc.LmsfcPart;
import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.layers.Weights;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.testing.OnnxRuntimeRun;
import dev.facet.vision.detection.DetectorPart;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code facet export} on the shipped pack: ONNX Runtime computes from the file what Facet computes. */
class ExportTest {
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "g_a, 50x70",
    "g_s, 50x70",
    "h_a, 64x128",
    "h_s, 64x128",
    "backbone, 96x135",
    "rpn, 24x35"
  })
  void onnxRuntimeComputesTheSame(String part, String shape) throws IOException {
    Path file = folder.resolve("F.onnx");
    JsonNode answer =
        JsonMapper.builder()
            .build()
            .readTree(
                run(
                    0,
                    "export",
                    "--onnx",
                    pack().toString(),
                    "-o",
                    file.toString(),
                    "--part",
                    part,
                    "--shape",
                    shape,
                    "--json"));
    assertThat(answer.get("bytes").asLong()).isEqualTo(Files.size(file));
    assertThat(answer.get("part").asString()).isEqualTo(part);
    try (ScalarBackend backend = new ScalarBackend(2)) {
      Network network = network(backend, part, shape);
      Map<String, Tensor> inputs = new LinkedHashMap<>();
      Random random = new Random(1);
      for (Port port : network.inputs()) {
        inputs.put(port.name(), random(random, port));
        assertThat(answer.get("inputs").get(port.name()).toString())
            .isEqualTo("[1,%d,%d,%d]".formatted(port.channels(), port.height(), port.width()));
      }
      Map<String, Tensor> actual = OnnxRuntimeRun.run(Files.readAllBytes(file), inputs);
      assertThat(actual.keySet()).containsExactlyElementsOf(network.outputs());
      var expected = network.function().apply(inputs.values().stream().toList()).iterator();
      double worst = 0;
      for (Tensor tensor : actual.values()) {
        worst = Math.max(worst, OnnxRuntimeRun.relativeError(expected.next(), tensor));
      }
      assertThat(worst).as("largest relative error of %s", part).isLessThan(TOLERANCE);
    }
  }

  private static Network network(Backend backend, String part, String shape) throws IOException {
    ModelPack pack = ModelPack.load(pack());
    LevelShape size = new ExportCommand.ShapeConverter().convert(shape);
    return switch (part) {
      case "backbone" ->
          DetectorPart.backbone(
              new Weights(backend, pack.detectorWeights()),
              Camera.describe(pack).config(),
              size.height(),
              size.width());
      case "rpn" ->
          DetectorPart.proposals(
              new Weights(backend, pack.detectorWeights()), size.height(), size.width());
      default ->
          LmsfcPart.valueOf(part.toUpperCase(java.util.Locale.ROOT))
              .on(new Weights(backend, pack.weights()), size);
    };
  }

  @Test
  void defaultsAndTable() throws IOException {
    Path file = folder.resolve("g_s.onnx");
    var config = ModelPack.load(pack()).config();
    String out = run(0, "export", "--onnx", pack().toString(), "-o", file.toString());
    assertThat(out).contains("g_s.onnx: g_s, ").contains("opset 17");
    assertThat(out.replaceAll(" +", " "))
        .contains("y_hat input %d 16 20".formatted(config.latent()))
        .contains("p2 output %d 200 304".formatted(config.features()));
  }

  @Test
  void failuresLeaveNothing() throws IOException {
    String pack = pack().toString();
    String file = folder.resolve("F.onnx").toString();
    assertThat(run(1, "export", "--onnx", "none", "-o", file)).contains("none: no such model pack");
    assertThat(run(1, "export", "--onnx", pack, "-o", file, "--shape", "1025x1024"))
        .contains("--shape 1025x1024 has 1049600 positions: choose at most 1048576");
    assertThat(run(1, "export", "--onnx", pack, "-o", file, "--part", "g_a", "--shape", "3x64"))
        .contains("too small for the border");
    assertThat(run(1, "export", "--onnx", pack, "-o", folder.resolve("no/F.onnx").toString()))
        .contains("no: no such file or folder");
    for (String shape : new String[] {"0x4", "4", "4x", "axb", "-1x4", "99999999x4"}) {
      assertThat(run(2, "export", "--onnx", pack, "-o", file, "--shape", shape))
          .contains("is no HxW such as 200x304");
    }
    assertThat(run(2, "export", "--onnx", pack, "-o", file, "--part", "g_x")).contains("G_A");
    assertThat(run(2, "export", "-o", file)).contains("--onnx");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private static Tensor random(Random random, Port port) {
    Tensor x = Tensor.zeros(port.height(), port.width(), port.channels());
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) random.nextGaussian();
    }
    return x;
  }

  private static Path pack() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("models/aquarium"))) {
      at = at.getParent();
    }
    return at.resolve("models/aquarium");
  }

  private static String run(int expectedCode, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    assertThat(code).as(err.toString()).isEqualTo(expectedCode);
    if (code != 0) {
      assertThat(err.toString().lines()).hasSize(1);
      assertThat(out.toString()).isEmpty();
    }
    return code == 0 ? out.toString() : err.toString();
  }
}
