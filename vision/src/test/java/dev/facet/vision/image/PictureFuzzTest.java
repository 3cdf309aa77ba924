package dev.facet.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any bytes are a picture or refused with a {@link PictureException}. The ordinary build replays the
 * inputs beside it; {@code JAZZER_FUZZ=1 ./mvnw -Djazzer.hooks=true -pl vision -am test
 * -Dtest=PictureFuzzTest#anyBytes} searches.
 */
class PictureFuzzTest {
  private static final long LIMIT = 1 << 20;

  @FuzzTest(maxDuration = "2m")
  void anyBytes(byte[] file) {
    readOrRefuse(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpeg", "gif", "bmp", "tiff"})
  void changedBytes(String format) {
    byte[] file = Pictures.write(Pictures.colours(6, 7), format);
    for (int i = 0; i < file.length; i++) {
      for (int value : new int[] {0, 1, 0x7F, 0x80, 0xFF}) {
        byte[] changed = file.clone();
        changed[i] = (byte) value;
        readOrRefuse(changed);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 6})
  void changedHeadersOfJpeg(int orientation) {
    byte[] plain = Pictures.jpegOf(Pictures.flat(8, 8, 1, 2, 3, 4));
    byte[] file =
        Pictures.withSegment(plain, 0xE1, Pictures.exif(orientation, ByteOrder.BIG_ENDIAN));
    for (int i = 0; i < 200; i++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] changed = file.clone();
        changed[i] ^= (byte) (1 << bit);
        readOrRefuse(changed);
      }
    }
  }

  private static void readOrRefuse(byte[] file) {
    try {
      Picture picture = Picture.decode("t", file, true, LIMIT);
      assertThat((long) picture.width() * picture.height()).isBetween(1L, LIMIT);
    } catch (PictureException expected) {
      assertThat(expected).hasMessageStartingWith("t: ");
    }
  }
}
