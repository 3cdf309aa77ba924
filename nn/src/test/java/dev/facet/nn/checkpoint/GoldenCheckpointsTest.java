package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.internal.Json;
import dev.facet.testing.Golden;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by PyTorch 1.13 and safetensors themselves. */
class GoldenCheckpointsTest {
  private static final String FOLDER = "b/checkpoints/";

  @ParameterizedTest
  @ValueSource(strings = {"small_ar.pth", "small_ar_legacy.pth", "small_ar_training.pth"})
  void allFormatsHoldTheSameTensors(String file) throws CheckpointException {
    Checkpoint expected = Golden.checkpoint(FOLDER + "small_ar.safetensors");
    Checkpoint actual = Golden.checkpoint(FOLDER + file);
    assertThat(actual.names()).hasSize(458);
    assertSame(actual, expected);
  }

  @Test
  void allSpellingsBecomeThatOfVersion115() {
    for (Object entry : Golden.jsonList(FOLDER + "key_spellings.json")) {
      Map<?, ?> spellings = (Map<?, ?>) entry;
      assertThat(spellings.values())
          .allSatisfy(key ->
              assertThat(CompressAiKeys.canonical((String) key)).isEqualTo(spellings.get("v115")));
    }
  }

  @Test
  void version12FileHasTheSameWeightsAndFilledTables() throws CheckpointException {
    Checkpoint expected = Golden.checkpoint(FOLDER + "small_ar.safetensors");
    Checkpoint actual =
        CompressAiKeys.canonical(Golden.checkpoint(FOLDER + "small_ar_v12_tables.pth"));
    assertThat(actual.names()).containsExactlyInAnyOrderElementsOf(expected.names());
    for (CheckpointTensor tensor : expected.tensors()) {
      if (tensor.elements() == 0) {
        assertThat(actual.get(tensor.name()).elements()).as(tensor.name()).isPositive();
      } else {
        assertSame(actual.get(tensor.name()), tensor);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"f16", "bf16"})
  void halfPrecisionFilesAreTheRoundedWeights(String type) throws CheckpointException {
    Checkpoint full = Golden.checkpoint(FOLDER + "small_ar.safetensors");
    Checkpoint half = Golden.checkpoint(FOLDER + "small_ar_" + type + ".safetensors");
    DType target = type.equals("f16") ? DType.F16 : DType.BF16;
    assertThat(half.names()).containsExactlyInAnyOrderElementsOf(full.names());
    for (CheckpointTensor tensor : full.tensors()) {
      assertSame(half.get(tensor.name()), tensor.dtype().isFloat() ? tensor.to(target) : tensor);
    }
  }

  @Test
  void nonAutoregressiveModelIsRead() throws CheckpointException {
    Checkpoint checkpoint = Golden.checkpoint(FOLDER + "small_noar.pth");
    assertThat(checkpoint.names()).hasSize(449);
    assertThat(checkpoint.floats("entropy_bottleneck.target", 3)).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"odd_tensors.pth", "odd_tensors_legacy.pth"})
  void oddTensorsHaveTheirValues(String file) throws CheckpointException {
    Checkpoint everything = Checkpoint.loadEverything(Golden.path(FOLDER + file), Limits.DEFAULT);
    Checkpoint model = Golden.checkpoint(FOLDER + file);
    Map<String, Object> expected = Golden.json(FOLDER + "odd_tensors.json");
    for (Map.Entry<String, Object> entry : expected.entrySet()) {
      Map<?, ?> tensor = (Map<?, ?>) entry.getValue();
      boolean outside = entry.getKey().equals("parameter");
      String full = outside ? entry.getKey() : "state_dict." + entry.getKey();
      CheckpointTensor actual = everything.get(full);
      assertValues(actual, tensor);
      if (!outside) {
        assertSame(model.get(entry.getKey()), actual.withName(entry.getKey()));
      }
    }
    assertThat(everything.names()).hasSize(expected.size() + 2);
    assertThat(model.names()).hasSize(expected.size() - 1);
    for (String again : List.of("module_list.0", "module_list.1.p")) {
      assertThat(everything.names()).contains(again);
    }
  }

  private static void assertValues(CheckpointTensor actual, Map<?, ?> expected)
      throws CheckpointException {
    String name = actual.name();
    List<?> values = (List<?>) expected.get("values");
    List<Integer> shape =
        ((List<?>) expected.get("shape")).stream().map(n -> ((Long) n).intValue()).toList();
    assertThat(actual.shape())
        .as(name)
        .containsExactly(shape.stream().mapToInt(Integer::intValue).toArray());
    assertThat(actual.dtype()).as(name).isEqualTo(DType.ofTorch((String) expected.get("dtype")));
    assertThat(actual.elements()).as(name).isEqualTo(values.size());
    for (int i = 0; i < values.size(); i++) {
      switch (values.get(i)) {
        case Long n -> assertThat(actual.longs()[i]).as(name).isEqualTo(n);
        case Boolean b -> assertThat(actual.ints()[i]).as(name).isEqualTo(b ? 1 : 0);
        case Double d -> assertThat(actual.doubles()[i]).as(name).isEqualTo(d);
        case String s ->
            assertThat(Float.toString(actual.floats()[i]))
                .as(name)
                .isEqualTo(
                    switch (s) {
                      case "inf" -> "Infinity";
                      case "-inf" -> "-Infinity";
                      default -> "NaN";
                    });
        default -> throw new AssertionError(values.get(i));
      }
    }
  }

  @Test
  void trainingCheckpointCanBeReadWhole() throws CheckpointException {
    Path path = Golden.path(FOLDER + "small_ar_training.pth");
    Checkpoint everything = Checkpoint.loadEverything(path, Limits.DEFAULT);
    assertThat(everything.names().size()).isGreaterThan(458);
    assertThat(everything.names())
        .contains("loss", "state_dict.module.entropy_bottleneck.quantiles")
        .anyMatch(name -> name.endsWith(".exp_avg"));
  }

  @Test
  void otherGlobalsDoNotDisturb() throws CheckpointException {
    Checkpoint checkpoint = Golden.checkpoint(FOLDER + "other_globals.pth");
    assertThat(checkpoint.names()).containsExactly("w");
    assertThat(checkpoint.floats("w", 3)).hasSize(3);
  }

  @Test
  void callIsRefusedByName() {
    Path path = Golden.path(FOLDER + "call_on_load.pth");
    assertThatThrownBy(() -> Checkpoint.load(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("__builtin__.len")
        .hasMessageContaining("runs no code");
  }

  @Test
  void everyGoldenJsonParsesAsWithTheOtherParser() throws java.io.IOException {
    Path root = Golden.require();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
        String text = Files.readString(file);
        Object value = Json.parse(text);
        String relative = root.relativize(file).toString();
        Object other = value instanceof List ? Golden.jsonList(relative) : Golden.json(relative);
        assertThat(value).as(relative).isEqualTo(other);
        assertThat(Json.parse(Json.write(value))).as(relative).isEqualTo(value);
      }
    }
  }

  private static void assertSame(Checkpoint actual, Checkpoint expected)
      throws CheckpointException {
    assertThat(actual.names()).containsExactlyInAnyOrderElementsOf(expected.names());
    for (CheckpointTensor tensor : expected.tensors()) {
      assertSame(actual.get(tensor.name()), tensor);
    }
  }

  private static void assertSame(CheckpointTensor actual, CheckpointTensor expected) {
    assertThat(actual).hasToString(expected.toString());
    assertThat(actual.bytes()).as(expected.name()).isEqualTo(expected.bytes());
  }

  /** What a format wrote and what it reads are the same bytes. */
  @Test
  void writersReturnWhatWasRead(@org.junit.jupiter.api.io.TempDir Path folder)
      throws java.io.IOException {
    Checkpoint original = Golden.checkpoint(FOLDER + "small_ar.pth");
    Path file = folder.resolve("copy.safetensors");
    SafetensorsWriter.write(file, original);
    assertSame(Checkpoint.load(file), original);
    Path npz = folder.resolve("copy.npz");
    Npz.write(npz, original);
    assertSame(Checkpoint.load(npz), original);
    Map<String, Object> left = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      files.forEach(f -> left.put(String.valueOf(f.getFileName()), f));
    }
    assertThat(left.keySet()).containsExactlyInAnyOrder("copy.safetensors", "copy.npz");
  }
}
