package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;

/**
 * Any bytes are read or refused with a {@link CheckpointException}. The ordinary build replays the
 * seed inputs ({@link FuzzSeeds} wrote them); {@code JAZZER_FUZZ=1
 * ./mvnw -Djazzer.hooks=true -pl nn test -Dtest=CheckpointFuzzTest#pickle} searches.
 */
class CheckpointFuzzTest {
  @FuzzTest(maxDuration = "2m")
  void safetensors(byte[] file) {
    readOrRefuse(file);
  }

  @FuzzTest(maxDuration = "2m")
  void zip(byte[] file) {
    readOrRefuse(file);
  }

  @FuzzTest(maxDuration = "2m")
  void legacy(byte[] file) {
    readOrRefuse(file);
  }

  /** The pickle alone, put into a sound zip, so that no CRC-32 stands in the way. */
  @FuzzTest(maxDuration = "2m")
  void pickle(byte[] pickle) {
    readOrRefuse(Pickles.torchZip(pickle, Map.of("0", new byte[24])));
  }

  @FuzzTest(maxDuration = "2m")
  void npy(byte[] file) {
    readOrRefuse(file);
  }

  private static void readOrRefuse(byte[] file) {
    try {
      Samples.readAll(file);
    } catch (CheckpointException expected) {
      assertThat(expected.reason()).isNotBlank();
    }
  }
}
