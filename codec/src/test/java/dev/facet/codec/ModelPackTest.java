package dev.facet.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.DType;
import dev.facet.nn.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPackTest {
  private static final String JSON =
      "{\"format\":1,\"name\":\"n\",\"kind\":\"lmsfc-gain\",\"codec\":{\"features\":3,\"latent\":2,"
          + "\"context\":true,\"qualities\":6,\"gaussian_tables\":\"torch-2.13\","
          + "\"weights\":[\"codec.safetensors\"]},\"detector\":{\"arch\":\"x\"}}";

  @TempDir private Path folder;

  @Test
  void folderAndZipComeBack() throws IOException {
    for (String name : List.of("pack", "pack.zip")) {
      ModelPack pack = Packs.write(folder.resolve(name), 3, 6);
      assertThat(pack.kind()).isEqualTo(CodecId.LMSFC_GAIN);
      assertThat(pack.config()).isEqualTo(Packs.description(3, 6).config());
      assertThat(pack.weights().floats("a.weight", 1, 2)).containsExactly(0.5f, -2);
      assertThat(pack.description().provenance()).isEqualTo(java.util.Map.of("seed", 1L));
      assertThat(pack.statedDigest()).isEmpty();
      assertThatThrownBy(() -> Packs.write(folder.resolve(name), 3, 6))
          .isInstanceOf(ModelPackException.class)
          .hasMessageContaining("exists already");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("nothing temporary stays").hasSize(2);
    }
  }

  @Test
  void packsOfADetectorAlone() throws IOException {
    Path alone = folder.resolve("d");
    ModelDescription description =
        ModelDescription.ofDetector("d", Map.of("arch", "x"), "none", Map.of("seed", 2L));
    ModelPack.writeDetector(null, alone, description, Packs.weights());
    ModelPack pack = ModelPack.load(alone);
    assertThat(pack.hasCodec()).isFalse();
    assertThat(pack.hasDetector()).isTrue();
    assertThat(pack.name()).isEqualTo("d");
    assertThat(pack.detectorWeights().floats("b.bias", 1)).containsExactly(1);
    assertThatThrownBy(pack::config).hasMessageContaining("has a detector but no codec");
    assertThatThrownBy(() -> FeatureCodecs.open(pack))
        .isInstanceOf(ModelPackException.class)
        .hasMessageContaining("has a detector but no codec");
    ModelPack codec = Packs.write(folder.resolve("c"), 3, 6);
    assertThatThrownBy(codec::detectorWeights).hasMessageContaining("has a codec but no detector");

    ModelPacks packs = ModelPacks.in(List.of(alone, folder.resolve("c")));
    assertThat(packs.first().name()).isEqualTo("test");
    assertThat(packs.firstDetector().name()).isEqualTo("d");

    // a copy of the codec's pack with the detector
    Path both = folder.resolve("both");
    ModelPack.writeDetector(
        folder.resolve("c"),
        both,
        codec.description().withDetector(Map.of("arch", "y")),
        Packs.weights());
    ModelPack joined = ModelPack.load(both);
    assertThat(joined.config()).isEqualTo(codec.config());
    assertThat(joined.weights().names()).isEqualTo(codec.weights().names());
    assertThat(joined.description().detector())
        .isEqualTo(Map.of("arch", "y", "weights", List.of("detector.safetensors")));
    assertThatThrownBy(() -> ModelPack.writeDetector(null, both, description, Packs.weights()))
        .hasMessageContaining("exists already");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("nothing temporary stays").hasSize(3);
    }
  }

  @Test
  void packsOfAClassifier() throws IOException {
    Path folderOfPack = Files.createDirectory(folder.resolve("k"));
    SafetensorsWriter.write(folderOfPack.resolve("w.safetensors"), Packs.weights());
    String json =
        """
        {"format": 1, "name": "k", "kind": "classifier", "classifier": {"arch": "resnet", "weights": ["w.safetensors"]}}
        """;
    Files.writeString(folderOfPack.resolve("model.json"), json);
    ModelPack pack = ModelPack.load(folderOfPack);
    assertThat(pack.hasClassifier()).isTrue();
    assertThat(pack.hasCodec()).isFalse();
    assertThat(pack.hasDetector()).isFalse();
    assertThat(pack.classifierWeights().floats("b.bias", 1)).containsExactly(1);
    assertThat(pack.description().kindName()).isEqualTo("classifier");
    assertThat(ModelDescription.parse("again", pack.description().toJson()))
        .isEqualTo(pack.description());
    assertThatThrownBy(pack::config).hasMessageContaining("has a classifier but no codec");
    assertThatThrownBy(() -> FeatureCodecs.open(pack))
        .isInstanceOf(ModelPackException.class)
        .hasMessageContaining("has a classifier but no codec");
    assertThatThrownBy(pack::detectorWeights)
        .hasMessageContaining("has a classifier but no detector");
    ModelPack codec = Packs.write(folder.resolve("c"), 3, 6);
    assertThat(codec.hasClassifier()).isFalse();
    assertThatThrownBy(codec::classifierWeights)
        .hasMessageContaining("has a codec but no classifier");

    Files.writeString(
        folderOfPack.resolve("model.json"), json.replace("w.safetensors", "../w.safetensors"));
    assertThatThrownBy(ModelPack.load(folderOfPack)::classifierWeights)
        .isInstanceOf(ModelPackException.class)
        .hasMessageContaining("classifier: '../w.safetensors' is not a plain file name");
    Files.writeString(
        folderOfPack.resolve("model.json"),
        "{\"format\": 1, \"name\": \"k\", \"kind\": \"classifier\"}");
    assertThatThrownBy(() -> ModelPack.load(folderOfPack))
        .isInstanceOf(ModelPackException.class)
        .hasMessageContaining("a pack has a codec, a detector, both, or a classifier");
  }

  @Test
  void aDetectorsFilesStayInThePack() throws IOException {
    Path pack = Files.createDirectory(folder.resolve("evil"));
    for (String file : List.of("\"../x\"", "\"/etc/passwd\"", "3", "")) {
      Files.writeString(
          pack.resolve("model.json"),
          "{\"format\":1,\"name\":\"n\",\"kind\":\"detector\",\"detector\":{\"weights\":["
              + file
              + "]}}");
      ModelPack read = ModelPack.load(pack);
      assertThatThrownBy(read::detectorWeights).isInstanceOf(ModelPackException.class);
    }
    Files.writeString(
        pack.resolve("model.json"), "{\"format\":1,\"name\":\"n\",\"kind\":\"detector\"}");
    assertThatThrownBy(() -> ModelPack.load(pack))
        .hasMessageContaining("a codec, a detector, both, or a classifier");
  }

  @Test
  void digestDoesNotDependOnStorage() throws IOException {
    List<CheckpointTensor> tables = List.of(CheckpointTensor.ofInts("t", new int[] {0, 65536}, 2));
    ModelDescription description = Packs.description(3, 6);
    String plain = digest(Packs.weights(), tables);

    List<CheckpointTensor> stored = new ArrayList<>();
    for (CheckpointTensor tensor : Packs.weights().tensors()) {
      stored.addFirst(tensor.to(DType.F16).withName("module." + tensor.name()));
    }
    stored.add(CheckpointTensor.ofFloats("b.beta_reparam.pedestal", new float[] {7}, 1));
    stored.add(CheckpointTensor.ofFloats("g.lower_bound_scale.bound", new float[] {7}, 1));
    stored.add(CheckpointTensor.ofFloats("e.likelihood_lower_bound.bound", new float[] {7}, 1));
    stored.add(CheckpointTensor.ofFloats("context_prediction.mask", new float[] {7}, 1));
    stored.add(CheckpointTensor.ofFloats("entropy_bottleneck.target", new float[] {7}, 1));
    stored.add(CheckpointTensor.ofInts("entropy_bottleneck._offset", new int[] {7}, 1));
    assertThat(digest(Checkpoint.of("x", stored), tables)).isEqualTo(plain);

    List<CheckpointTensor> other = List.of(CheckpointTensor.ofInts("t", new int[] {1, 65536}, 2));
    assertThat(digest(Packs.weights(), other)).isNotEqualTo(plain);
    CodecConfig config = description.config();
    byte[] sevenQualities =
        ModelDigest.of(
            CodecId.LMSFC_GAIN,
            new CodecConfig(config.features(), config.latent(), true, 7, "torch-2.13"),
            Packs.weights(),
            tables);
    assertThat(HexFormat.of().formatHex(sevenQualities)).isNotEqualTo(plain);
  }

  @Test
  void digestIsTheDocumentedOne() throws IOException {
    // made by hand from the definition in ModelDigest, by other code (Python)
    assertThat(digest(Packs.weights(), List.of()))
        .isEqualTo("9f821fac7fb285e1e8cea233360f1da693d2929943303279d66c35fe406638c3");
  }

  @Test
  void statedDigestIsVerified() throws IOException {
    String digest = digest(Packs.weights(), List.of());
    ModelPack.write(
        folder.resolve("good"), Packs.description(3, 6).withDigest(digest), Packs.weights());
    assertThat(ModelPack.load(folder.resolve("good")).digest(List.of()))
        .isEqualTo(HexFormat.of().parseHex(digest));
    ModelPack.write(
        folder.resolve("bad"),
        Packs.description(3, 6).withDigest("00".repeat(32)),
        Packs.weights());
    assertThatThrownBy(() -> ModelPack.load(folder.resolve("bad")).digest(List.of()))
        .isInstanceOf(ModelPackException.class)
        .hasMessageContaining("damaged or was changed");
  }

  @Test
  void packsAreFound() throws IOException {
    ModelDescription description = Packs.description(3, 6);
    String digest = digest(Packs.weights(), tables());
    Path shipped = folder.resolve("models");
    ModelPack.write(shipped.resolve("b"), description.withDigest(digest), Packs.weights());
    ModelPack.write(shipped.resolve("a.zip"), Packs.description(4, 6), Packs.weights());
    Files.createDirectory(shipped.resolve("broken"));
    Files.writeString(shipped.resolve("broken/model.json"), "{");
    ModelPacks packs = ModelPacks.in(List.of(folder.resolve("nowhere"), shipped));
    assertThat(packs.all()).extracting(pack -> pack.config().features()).containsExactly(4, 3);
    assertThat(packs.unreadable()).containsOnlyKeys(shipped.resolve("broken"));
    assertThat(packs.first().config().features()).isEqualTo(4);
    assertThat(packs.find(digest.substring(0, 8).toUpperCase(Locale.ROOT)).path())
        .isEqualTo(shipped.resolve("b"));
    assertThat(packs.find(shipped.resolve("b").toString()).path()).isEqualTo(shipped.resolve("b"));
    assertThat(packs.find("test").path()).isEqualTo(shipped.resolve("a.zip"));
    assertThatThrownBy(() -> packs.find("unheard-of"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no such model pack; there are [test, test]");

    byte[] stream = encode(packs.find(digest));
    assertThat(packs.of(StreamFile.readHeader(stream, StreamLimits.DEFAULT)).path())
        .isEqualTo(shipped.resolve("b"));
    assertThatThrownBy(
            () -> ModelPacks.in(List.of()).of(StreamFile.readHeader(stream, StreamLimits.DEFAULT)))
        .isInstanceOf(StreamException.UnknownModel.class)
        .hasMessageContaining("no pack has digest " + digest.substring(0, 8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"format\":1 | \"format\":2 | is of pack format 2, this build reads 1: use a newer release",
        "\"format\":1 | \"format\":\"1\" | model.json: format is not an integer",
        "\"name\":\"n\" | \"name\":\"\" | name is empty",
        "lmsfc-gain | vvc | kind 'vvc' is unknown",
        "\"features\":3 | \"features\":0 | features is 0, not in 1..4096",
        "\"features\":3 | \"features\":99999999999 | features is not a small integer",
        "\"features\":3 | \"f\":3 | model.json: codec: features is missing",
        "codec.safetensors | ../codec.safetensors | is not a plain file name inside the pack",
        "codec.safetensors | /etc/passwd | is not a plain file name inside the pack",
        "codec.safetensors | .. | is not a plain file name inside the pack",
        "[\"codec.safetensors\"] | [] | weights is not a list of 1 to 256 strings",
        "[\"codec.safetensors\"] | [1] | weights is not a list of 1 to 256 strings",
        "\"context\":true | \"context\":1 | context is not true or false",
        "{\"arch\":\"x\"} | 5 | detector is not an object",
        "torch-2.13 | A B | gaussian_tables is not the name of a variant",
        "\"name\":\"n\" | \"name\":\"n\",\"digest\":\"ab\" | digest is not 64",
        "\"name\":\"n\" | \"name\":\"n\",\"name\":\"m\" | JSON, character",
      })
  void damagedDescriptionsAreRefused(String old, String replacement, String message)
      throws IOException {
    assertThat(JSON).contains(old);
    Files.writeString(folder.resolve("model.json"), JSON.replace(old, replacement));
    assertThatThrownBy(() -> ModelPack.load(folder))
        .isInstanceOf(ModelPackException.class)
        .hasMessageStartingWith(folder + ": ")
        .hasMessageContaining(message);
  }

  @Test
  void missingFilesAreNamed() throws IOException {
    assertThatThrownBy(() -> ModelPack.load(folder.resolve("x")))
        .hasMessageEndingWith("no such model pack");
    assertThatThrownBy(() -> ModelPack.load(folder)).hasMessageContaining("holds no model.json");
    Files.writeString(folder.resolve("model.json"), JSON);
    ModelPack pack = ModelPack.load(folder);
    assertThat(pack.config().gaussianTables()).isEqualTo("torch-2.13");
    assertThatThrownBy(pack::weights).hasMessageContaining("lacks the file codec.safetensors");
    Path text = folder.resolve("text.zip");
    Files.writeString(text, "hello");
    assertThatThrownBy(() -> ModelPack.load(text))
        .isInstanceOf(ModelPackException.class)
        .hasMessageContaining("neither a folder nor a readable zip");
  }

  @Test
  void hugeDescriptionInAZipIsRefused() throws IOException {
    Path file = folder.resolve("big.zip");
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("model.json"));
      byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 20; i++) {
        zip.write(spaces);
      }
    }
    assertThatThrownBy(() -> ModelPack.load(file))
        .hasMessageContaining("model.json is larger than 1048576 bytes");
  }

  private static byte[] encode(ModelPack pack) throws IOException {
    try {
      return new RawCodec(pack).encode(RawCodec.pyramid(4, 4, 3, 1), Quality.of(0));
    } catch (FeatureException e) {
      throw new AssertionError(e);
    }
  }

  private static List<CheckpointTensor> tables() {
    return List.of(CheckpointTensor.ofInts("table", new int[] {0, 65536}, 2));
  }

  private static String digest(Checkpoint weights, List<CheckpointTensor> tables)
      throws IOException {
    byte[] digest =
        ModelDigest.of(CodecId.LMSFC_GAIN, Packs.description(3, 6).config(), weights, tables);
    return HexFormat.of().formatHex(digest);
  }
}
