package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;

/**
 * Any bytes are read or refused with a {@link CheckpointException}. The ordinary build replays the
 * seed inputs; {@code JAZZER_FUZZ=1 ./mvnw -pl nn test -Dtest=CheckpointFuzzTest#pickle} searches.
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

  @Test
  @Disabled("writes the seed inputs anew; run it by hand after a change to the samples")
  void writeSeeds() throws IOException {
    Path folder = Path.of("src/test/resources/dev/facet/nn/checkpoint/CheckpointFuzzTestInputs");
    write(folder.resolve("safetensors/valid"), Samples.safetensors());
    write(folder.resolve("zip/stored"), Samples.torchZip("big", java.util.zip.ZipEntry.STORED));
    write(
        folder.resolve("zip/deflated"),
        Samples.torchZip("little", java.util.zip.ZipEntry.DEFLATED));
    write(folder.resolve("zip/npz"), Samples.npz(java.util.zip.ZipEntry.STORED));
    write(folder.resolve("legacy/valid"), Samples.legacy());
    write(folder.resolve("pickle/valid"), Pickles.simple());
    write(folder.resolve("pickle/cycle"), new Pickles().op(']', 'q', 0, 'h', 0, 'a').stop());
    write(
        folder.resolve("pickle/call"),
        new Pickles().global("os", "system").text("x").op(0x85, 'R').stop());
    write(folder.resolve("npy/valid"), Samples.npy());
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }
}
