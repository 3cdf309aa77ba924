package dev.facet.codec.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Streams that say the size of their pictures (flag bit 4). */
class PictureSizeTest {
  private static final Optional<PictureSize> PICTURE = Optional.of(new PictureSize(1024, 768));
  private static final StreamFrame FRAME =
      Streams.frame(1, 128, Streams.halves(128, 96), 50).withPicture(PICTURE);

  @Test
  void singleImage() throws StreamException {
    byte[] stream = single(FRAME);
    assertThat(open(stream).frame(0)).isEqualTo(FRAME);
    assertThat(open(stream).header().pictures()).isTrue();
    byte[] without = single(FRAME.withPicture(Optional.empty()));
    assertThat(stream.length - without.length).as("two varints of two bytes").isEqualTo(4);
    assertThat(open(without).frame(0).picture()).isEmpty();
    assertThat(without[6] & 16).isZero();
  }

  @Test
  void sequence() throws IOException {
    StreamFrame otherPicture = FRAME.withPicture(Optional.of(new PictureSize(512, 384)));
    StreamFrame otherQuality = Streams.frame(2, 64, FRAME.shapes(), 20).withPicture(PICTURE);
    StreamFrame otherShapes =
        Streams.frame(3, 128, Streams.halves(96, 128), 9).withPicture(PICTURE);
    List<StreamFrame> frames =
        List.of(FRAME, FRAME, otherPicture, otherQuality, otherShapes, FRAME);
    for (boolean indexed : new boolean[] {false, true}) {
      byte[] stream = Streams.sequence(frames, FeatureDigestSize.NONE, indexed);
      StreamFile file = open(stream);
      file.requireIntact();
      List<StreamFrame> read = new ArrayList<>();
      for (int i = 0; i < file.frameCount(); i++) {
        read.add(file.frame(i));
      }
      assertThat(read).isEqualTo(frames);
      try (StreamReader reader =
          StreamReader.open(new ByteArrayInputStream(stream), Streams.LIMITS)) {
        reader.bind(Streams.IDENTITY);
        assertThat(reader.header().picture()).isEqualTo(PICTURE);
        for (StreamFrame frame : frames) {
          assertThat(reader.next()).isEqualTo(frame);
        }
        assertThat(reader.next()).isNull();
      }
    }
    int one = Streams.sequence(List.of(FRAME), FeatureDigestSize.NONE, false).length;
    int two = Streams.sequence(List.of(FRAME, FRAME), FeatureDigestSize.NONE, false).length;
    assertThat(two - one - 50).as("a repeated size costs nothing").isEqualTo(6);
  }

  @Test
  void everyDamageIsNoticed() {
    byte[] stream = single(FRAME);
    for (int bit = 0; bit < 8 * stream.length; bit++) {
      byte[] damaged = stream.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> open(damaged)).isInstanceOf(StreamException.class);
    }
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> open(cut)).isInstanceOf(StreamException.class);
    }
  }

  @Test
  void emptyPicturesAndMixedSequencesAreRefused() {
    byte[] stream = single(FRAME);
    // behind header, head of two bytes and shapes of two and one
    assertThat(stream[16] & 0xFF).isEqualTo(0x80);
    stream[16] = 0;
    assertThatThrownBy(() -> StreamFile.openUnchecked(stream, Streams.LIMITS))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("picture size");
    assertThatThrownBy(() ->
            Streams.sequence(
                List.of(FRAME, FRAME.withPicture(Optional.empty())), FeatureDigestSize.NONE, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("or none");
    assertThatThrownBy(() -> new PictureSize(0, 5)).isInstanceOf(IllegalArgumentException.class);
  }

  /** A size that could have been repeated has one spelling, and writing it out is another. */
  @Test
  void oneSpelling() throws StreamException {
    StreamFrame wider = FRAME.withPicture(Optional.of(new PictureSize(1024, 769)));
    byte[] stream = Streams.sequence(List.of(FRAME, wider), FeatureDigestSize.NONE, false);
    // behind a head of two bytes, shapes of three, and a height of two
    int width = (int) open(stream).offset(1) + 7;
    assertThat(stream[width] & 0xFF).isEqualTo(0x81);
    stream[width]--;
    assertThat(StreamFile.openUnchecked(stream, Streams.LIMITS).damage())
        .singleElement()
        .asString()
        .contains("writes out what could be repeated");
  }

  private static byte[] single(StreamFrame frame) {
    return StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, frame);
  }

  private static StreamFile open(byte[] stream) throws StreamException {
    return StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS);
  }
}
