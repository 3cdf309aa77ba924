package dev.facet.codec.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.testing.Golden;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The container of the official code, against files that it wrote. */
class ReferenceFileTest {
  @ParameterizedTest
  @CsvSource({
    "a/ar128/50x67/stream.bin,50,67",
    "a/ar128/64x96/stream.bin,64,96",
    "a/noar192/64x128/stream.bin,64,128"
  })
  void officialFilesComeBackByteForByte(String name, int height, int width) throws StreamException {
    byte[] bytes = Golden.bytes(name);
    ReferenceFile file = ReferenceFile.parse(bytes);
    assertThat(file.p2()).isEqualTo(new LevelShape(height, width));
    assertThat(file.toBytes()).isEqualTo(bytes);
  }

  @Test
  void everyTruncationIsReported() {
    byte[] bytes = new ReferenceFile(new LevelShape(3, 4), new byte[8], new byte[12]).toBytes();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> ReferenceFile.parse(cut))
          .isInstanceOf(StreamException.Truncated.class);
    }
    assertThatThrownBy(() -> ReferenceFile.parse(Arrays.copyOf(bytes, bytes.length + 1)))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("behind the end of z");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 4, 8, 8, Corrupt",
    "-1, 4, 8, 8, Corrupt",
    "3, 0, 8, 8, Corrupt",
    "65536, 65536, 8, 8, LimitExceeded",
    "3, 4, 9, 8, Corrupt",
    "3, 4, 8, 4, Corrupt",
    "3, 4, -8, 8, LimitExceeded",
    "3, 4, 8, 2147483644, LimitExceeded",
    "3, 4, 67108864, 8, LimitExceeded",
    "3, 4, 67108856, 8, Truncated",
  })
  void impossibleSizesAreRefused(int height, int width, int y, int z, String expected) {
    byte[] header =
        ByteBuffer.allocate(32).putInt(height).putInt(width).putInt(y).putInt(z).array();
    assertThatThrownBy(() -> ReferenceFile.parse(header))
        .isInstanceOf(StreamException.class)
        .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(expected));
  }
}
