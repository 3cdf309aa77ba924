package dev.facet.eval.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Any bytes are read or refused with a {@link DatasetException} of one line. The ordinary build replays the inputs beside it; {@code
 * JAZZER_FUZZ=1 ./mvnw -Djazzer.hooks=true -pl eval -am test -Dtest=DatasetFuzzTest#annotations} searches.
 */
class DatasetFuzzTest {
  private static final DetectionDataset DATASET =
      new DetectionDataset(
          List.of(new Category(2, "fish"), new Category(5, "starfish")),
          List.of(new LabelledImage(9, Path.of("b.png"), 3, 2, List.of())));

  @FuzzTest(maxDuration = "2m")
  void annotations(byte[] json) {
    readOrRefuse(() ->
        CocoAnnotations.read("x.json", new ByteArrayInputStream(json), Path.of("data")).images());
  }

  @FuzzTest(maxDuration = "2m")
  void results(byte[] json) {
    readOrRefuse(() -> CocoResults.read("x.json", new ByteArrayInputStream(json), DATASET));
  }

  @FuzzTest(maxDuration = "2m")
  void labels(byte[] text) {
    readOrRefuse(() ->
        YoloFolder.annotations("x.txt", new String(text, StandardCharsets.UTF_8), 7, 640, 480));
  }

  @FuzzTest(maxDuration = "2m")
  void names(byte[] yaml) {
    readOrRefuse(() -> YoloFolder.names("x.yaml", new String(yaml, StandardCharsets.UTF_8)));
  }

  private interface Reading {
    List<?> read() throws DatasetException;
  }

  private static void readOrRefuse(Reading reading) {
    try {
      assertThat(reading.read()).isNotNull();
    } catch (DatasetException e) {
      assertThat(e).message().startsWith("x.").doesNotContain("\n");
    }
  }
}
