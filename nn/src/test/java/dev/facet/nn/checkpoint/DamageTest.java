package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small files of each format, cut and flipped everywhere. */
class DamageTest {
  static Stream<Arguments> samples() {
    return Samples.all().entrySet().stream().map(e -> arguments(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void theSampleIsValid(String format, byte[] file) throws CheckpointException {
    Checkpoint checkpoint = Checkpoint.read(format, file, Limits.DEFAULT);
    CheckpointTensor only = checkpoint.tensors().iterator().next();
    assertThat(checkpoint.names()).hasSize(1);
    assertThat(only.name()).isEqualTo(format.equals("npy") ? "array" : "w");
    assertThat(only.shape()).containsExactly(2, 3);
    assertThat(only.floats()).containsExactly(Samples.VALUES);
    assertThat(only.bytes())
        .isEqualTo(Pickles.floats(java.nio.ByteOrder.LITTLE_ENDIAN, Samples.VALUES));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void everyTruncationIsRefused(String format, byte[] file) {
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> Samples.readAll(cut))
          .as("%s, %d of %d bytes", format, length, file.length)
          .isInstanceOf(CheckpointException.class);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void everyFlippedBitIsReadOrRefused(String format, byte[] file) {
    for (int bit = 0; bit < 8 * file.length; bit++) {
      byte[] flipped = file.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      readOrRefuse(format + ", bit " + bit, flipped);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("samples")
  void everyByteReplacedIsReadOrRefused(String format, byte[] file) {
    for (int i = 0; i < file.length; i++) {
      for (int value : new int[] {0, 0x7F, 0x80, 0xFF, 'R', 'Q', 't', 'h', '}', 0x93}) {
        byte[] changed = file.clone();
        changed[i] = (byte) value;
        readOrRefuse(format + ", byte " + i + " = " + value, changed);
      }
    }
  }

  private static void readOrRefuse(String what, byte[] file) {
    try {
      Samples.readAll(file);
    } catch (CheckpointException expected) {
      assertThat(expected.reason()).isNotBlank();
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what, e);
    }
  }
}
