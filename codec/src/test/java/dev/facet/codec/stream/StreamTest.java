package dev.facet.codec.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Round trips and sizes. */
class StreamTest {
  /** design/stream.md: at most this much besides the payload of a single image. */
  private static final int SINGLE_OVERHEAD = 24;

  /** ... and of each further frame of a sequence. */
  private static final int FRAME_OVERHEAD = 8;

  private static final List<LevelShape> ODD_SHAPES =
      List.of(
          new LevelShape(200, 304),
          new LevelShape(101, 152),
          new LevelShape(51, 76),
          new LevelShape(7, 1));

  @Test
  void singleImageComesBack() throws StreamException {
    for (FeatureDigestSize digest : FeatureDigestSize.values()) {
      for (List<LevelShape> shapes :
          List.of(Streams.halves(1, 1), Streams.halves(200, 304), ODD_SHAPES)) {
        for (int quality : new int[] {0, 1, 15, 16, 160, StreamFrame.MAX_QUALITY_STEPS}) {
          for (int payload : new int[] {0, 1, 127, 128, 20_000}) {
            StreamFrame frame = Streams.frame(payload, quality, shapes, payload, digest);
            byte[] stream = StreamWriter.single(Streams.IDENTITY, digest, frame);
            StreamFile file = StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS);
            assertThat(file.frameCount()).isEqualTo(1);
            assertThat(file.frame(0)).isEqualTo(frame);
            assertThat(file.damage()).isEmpty();
            assertThat(file.header().sequence()).isFalse();
            assertThat(file.header().codec()).isEqualTo(CodecId.LMSFC_GAIN);
            assertThat(file.header().modelPrefix()).isEqualTo("5a5b5c5d");
          }
        }
      }
    }
  }

  @Test
  void sequenceComesBackByAnyReader() throws IOException {
    for (boolean indexed : new boolean[] {false, true}) {
      for (FeatureDigestSize digest : FeatureDigestSize.values()) {
        List<StreamFrame> frames = mixedFrames(digest);
        byte[] stream = Streams.sequence(frames, digest, indexed);

        StreamFile file = StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS);
        assertThat(file.damage()).isEmpty();
        assertThat(file.frameCount()).isEqualTo(frames.size());
        for (int i = frames.size() - 1; i >= 0; i--) {
          assertThat(file.frame(i)).isEqualTo(frames.get(i));
        }
        assertThat(read(stream, Streams.IDENTITY)).isEqualTo(frames);
        assertThat(read(stream, null)).isEqualTo(frames);
        StreamFile unchecked = StreamFile.openUnchecked(stream, Streams.LIMITS);
        assertThat(unchecked.frame(3)).isEqualTo(frames.get(3));
        assertThat(unchecked.isChecked()).isFalse();
      }
    }
  }

  @Test
  void singleImageCostsAtMost24Bytes() {
    // the largest of everything whose varint still has the length of an ordinary one
    StreamFrame large = Streams.frame(1, 2047, Streams.halves(16383, 16383), (1 << 21) - 1);
    assertThat(overhead(large)).isEqualTo(SINGLE_OVERHEAD);
    // an 800 x 1216 image at quality 4, and the smallest published rate
    StreamFrame ordinary = Streams.frame(1, 4 * 32, Streams.halves(200, 304), 9000);
    assertThat(overhead(ordinary)).isEqualTo(23);
    assertThat(overhead(Streams.frame(1, 0, Streams.halves(200, 304), 200))).isEqualTo(22);
    assertThat(overhead(Streams.frame(1, 0, Streams.halves(50, 76), 100))).isEqualTo(19);
  }

  @Test
  void eachFurtherFrameCostsAtMost8Bytes() {
    int payload = (1 << 21) - 1;
    StreamFrame frame = Streams.frame(1, 2047, Streams.halves(16383, 16383), payload);
    int two = Streams.sequence(List.of(frame, frame), FeatureDigestSize.NONE, false).length;
    int three =
        Streams.sequence(List.of(frame, frame, frame), FeatureDigestSize.NONE, false).length;
    assertThat(three - two - payload).isEqualTo(FRAME_OVERHEAD);

    StreamFrame small = Streams.frame(1, 128, Streams.halves(200, 304), 9000);
    int first = Streams.sequence(List.of(small), FeatureDigestSize.NONE, false).length;
    int second = Streams.sequence(List.of(small, small), FeatureDigestSize.NONE, false).length;
    assertThat(first - 9000).isEqualTo(34);
    assertThat(second - first - 9000).isEqualTo(7);
    int indexed = Streams.sequence(List.of(small, small), FeatureDigestSize.NONE, true).length;
    assertThat(indexed - second).as("index of two frames").isEqualTo(8);
  }

  @Test
  void sequenceWithoutFramesIsEmptyAndUnreadable() {
    byte[] stream = Streams.sequence(List.of(), FeatureDigestSize.NONE, true);
    assertThat(stream).isEmpty();
    assertThatThrownBy(() -> StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS))
        .isInstanceOf(StreamException.Truncated.class);
  }

  @Test
  void writerRefusesFramesThatDoNotFit() {
    StreamFrame three = new StreamFrame(0, LevelShape.halves(new LevelShape(8, 8), 3), new byte[1]);
    assertThatThrownBy(() -> StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, three))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 levels, lmsfc-gain has 4");
    StreamFrame four = Streams.frame(1, 0, Streams.halves(8, 8), 1);
    assertThatThrownBy(() -> StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.SHORT, four))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("digest of 0 bytes, 8 were announced");
  }

  static List<StreamFrame> mixedFrames(FeatureDigestSize digest) {
    List<LevelShape> halves = Streams.halves(25, 38);
    return List.of(
        Streams.frame(1, 100, halves, 40, digest),
        Streams.frame(2, 100, halves, 0, digest),
        Streams.frame(3, 101, halves, 300, digest),
        Streams.frame(4, 100, ODD_SHAPES, 5, digest),
        Streams.frame(5, 7, Streams.halves(3, 5), 12, digest),
        Streams.frame(6, 100, halves, 33, digest));
  }

  private static List<StreamFrame> read(byte[] stream, StreamIdentity identity) throws IOException {
    List<StreamFrame> frames = new ArrayList<>();
    try (StreamReader reader =
        StreamReader.open(new ByteArrayInputStream(stream), Streams.LIMITS)) {
      if (identity != null) {
        reader.bind(identity);
      }
      for (StreamFrame f = reader.next(); f != null; f = reader.next()) {
        frames.add(f);
      }
      assertThat(reader.next()).isNull();
    }
    return frames;
  }

  private static int overhead(StreamFrame frame) {
    return StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, frame).length
        - frame.payload().length;
  }
}
