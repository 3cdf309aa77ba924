package dev.facet.codec.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever happens to the bytes: an exception with a place, or the right frames; never other ones. */
class StreamDamageTest {
  private static final StreamFrame FRAME = Streams.frame(1, 100, Streams.halves(25, 38), 60);

  @Test
  void everyTruncationOfASingleImageIsReported() {
    byte[] stream = StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, FRAME);
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> StreamFile.open(cut, Streams.IDENTITY, Streams.LIMITS))
          .as("%d of %d bytes", length, stream.length)
          .isInstanceOf(StreamException.Truncated.class);
      assertThatThrownBy(() -> readAll(cut)).isInstanceOf(StreamException.Truncated.class);
    }
  }

  @Test
  void everyBitFlipOfASingleImageIsReported() {
    for (FeatureDigestSize size : FeatureDigestSize.values()) {
      StreamFrame frame = Streams.frame(1, 100, Streams.halves(25, 38), 60, size);
      byte[] stream = StreamWriter.single(Streams.IDENTITY, size, frame);
      for (int bit = 0; bit < 8 * stream.length; bit++) {
        byte[] damaged = flip(stream, bit);
        assertThatThrownBy(() -> StreamFile.open(damaged, Streams.IDENTITY, Streams.LIMITS))
            .as("bit %d", bit)
            .isInstanceOf(StreamException.class);
        assertThatThrownBy(() -> readAll(damaged))
            .as("bit %d, front to back", bit)
            .isInstanceOf(StreamException.class);
      }
    }
  }

  @Test
  void everyTruncationOfASequenceKeepsTheWholeFrames() throws IOException {
    for (boolean indexed : new boolean[] {false, true}) {
      List<StreamFrame> frames = StreamTest.mixedFrames(FeatureDigestSize.NONE);
      byte[] stream = Streams.sequence(frames, FeatureDigestSize.NONE, indexed);
      StreamFile whole = StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS);
      for (int length = whole.header().bytes(); length < stream.length; length++) {
        byte[] cut = Arrays.copyOf(stream, length);
        StreamFile file = StreamFile.open(cut, Streams.IDENTITY, Streams.LIMITS);
        assertThat(file.damage()).as("%d bytes", length).isNotEmpty();
        for (int i = 0; i < file.frameCount(); i++) {
          assertThat(file.frame(i)).isEqualTo(frames.get(i));
        }
        int complete = 0;
        while (complete < frames.size()
            && whole.offset(complete) + whole.recordBytes(complete) <= length) {
          complete++;
        }
        assertThat(file.frameCount()).isEqualTo(complete);
        assertThatThrownBy(() -> readAll(cut)).isInstanceOf(StreamException.class);
      }
    }
  }

  /** Also the promise that a damaged frame is lost alone. */
  @Test
  void everyBitFlipOfASequenceLosesOneFrameAtMost() throws IOException {
    for (boolean indexed : new boolean[] {false, true}) {
      List<StreamFrame> frames = StreamTest.mixedFrames(FeatureDigestSize.SHORT);
      byte[] stream = Streams.sequence(frames, FeatureDigestSize.SHORT, indexed);
      StreamFile whole = StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS);
      for (int bit = 0; bit < 8 * stream.length; bit++) {
        byte[] damaged = flip(stream, bit);
        assertThatThrownBy(() -> readAll(damaged)).isInstanceOf(StreamException.class);
        if (bit / 8 < whole.header().bytes()) {
          assertThatThrownBy(() -> StreamFile.open(damaged, Streams.IDENTITY, Streams.LIMITS))
              .as("bit %d", bit)
              .isInstanceOf(StreamException.class);
          continue;
        }
        StreamFile file = StreamFile.open(damaged, Streams.IDENTITY, Streams.LIMITS);
        assertThat(file.damage()).as("bit %d", bit).isNotEmpty();
        assertThatThrownBy(file::requireIntact).isInstanceOf(StreamException.class);
        assertThat(file.frameCount()).as("bit %d, indexed %s", bit, indexed).isEqualTo(6);
        int lost = 0;
        for (int i = 0; i < frames.size(); i++) {
          try {
            assertThat(file.frame(i)).as("bit %d, frame %d", bit, i).isEqualTo(frames.get(i));
          } catch (StreamException e) {
            lost++;
          }
        }
        boolean inFrames = bit / 8 < whole.offset(5) + whole.recordBytes(5);
        assertThat(lost).as("bit %d, indexed %s", bit, indexed).isEqualTo(inFrames ? 1 : 0);
      }
    }
  }

  @Test
  void randomDamageNeverMakesAnotherFrame() {
    Random random = new Random(7);
    List<StreamFrame> frames = StreamTest.mixedFrames(FeatureDigestSize.NONE);
    byte[] stream = Streams.sequence(frames, FeatureDigestSize.NONE, true);
    for (int round = 0; round < 3000; round++) {
      byte[] damaged = stream.clone();
      int from = random.nextInt(stream.length);
      int count = 1 + random.nextInt(40);
      for (int i = from; i < Math.min(stream.length, from + count); i++) {
        damaged[i] = (byte) random.nextInt();
      }
      try {
        StreamFile file = StreamFile.open(damaged, Streams.IDENTITY, Streams.LIMITS);
        for (int i = 0; i < file.frameCount(); i++) {
          try {
            assertThat(frames).contains(file.frame(i));
          } catch (StreamException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
          }
        }
      } catch (StreamException e) {
        assertThat(e.offset()).isBetween(0L, (long) stream.length);
      }
    }
  }

  @Test
  void swappedAndRepeatedFramesAreReported() throws IOException {
    List<StreamFrame> frames = Streams.frames(3, 50);
    byte[] stream = Streams.sequence(frames, FeatureDigestSize.NONE, false);
    StreamFile file = StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS);
    int size = (int) file.recordBytes(0);
    byte[] swapped = stream.clone();
    int first = (int) file.offset(0);
    System.arraycopy(stream, first, swapped, first + size, size);
    System.arraycopy(stream, first + size, swapped, first, size);
    StreamFile opened = StreamFile.open(swapped, Streams.IDENTITY, Streams.LIMITS);
    assertThatThrownBy(() -> opened.frame(0)).isInstanceOf(StreamException.Corrupt.class);
    assertThatThrownBy(() -> opened.frame(1)).isInstanceOf(StreamException.Corrupt.class);
    assertThat(opened.frame(2)).isEqualTo(frames.get(2));
  }

  @Test
  void readerGoesOnBehindADamagedPayload() throws IOException {
    List<StreamFrame> frames = Streams.frames(3, 50);
    byte[] stream = Streams.sequence(frames, FeatureDigestSize.NONE, false);
    int second = (int) StreamFile.open(stream, Streams.IDENTITY, Streams.LIMITS).offset(1);
    byte[] damaged = flip(stream, 8 * (second + 10));
    try (StreamReader reader =
        StreamReader.open(new ByteArrayInputStream(damaged), Streams.LIMITS)) {
      reader.bind(Streams.IDENTITY);
      assertThat(reader.next()).isEqualTo(frames.get(0));
      assertThatThrownBy(reader::next)
          .isInstanceOf(StreamException.Corrupt.class)
          .hasMessageContaining("frame 1 is damaged");
      assertThat(reader.next()).isEqualTo(frames.get(2));
      assertThat(reader.next()).isNull();
    }
  }

  @Test
  void wrongModelsAreNamed() {
    byte[] stream = StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, FRAME);
    assertThatThrownBy(() -> StreamFile.open(stream, Streams.identity(0x11), Streams.LIMITS))
        .isInstanceOf(StreamException.WrongModel.class)
        .hasMessage("byte 7, model: made with model 5a5b5c5d, the model given is 11121314");
    byte[] digest = Streams.IDENTITY.modelDigest();
    digest[31] ^= 1;
    StreamIdentity samePrefix = new StreamIdentity(CodecId.LMSFC_GAIN, 1, digest);
    assertThatThrownBy(() -> StreamFile.open(stream, samePrefix, Streams.LIMITS))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("another model of the same prefix");
    assertThatThrownBy(() ->
            StreamFile.open(
                stream,
                new StreamIdentity(CodecId.LMSFC, 1, Streams.IDENTITY.modelDigest()),
                Streams.LIMITS))
        .isInstanceOf(StreamException.WrongModel.class);
    assertThatThrownBy(() ->
            StreamFile.open(
                stream,
                new StreamIdentity(CodecId.LMSFC_GAIN, 2, Streams.IDENTITY.modelDigest()),
                Streams.LIMITS))
        .isInstanceOf(StreamException.WrongProfile.class)
        .hasMessageContaining("made with numeric profile 1, this build has 2");
  }

  @Test
  void versionsAreNamed() {
    byte[] stream = StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, FRAME);
    byte[] future = stream.clone();
    future[3] = 2;
    assertThatThrownBy(() -> StreamFile.open(future, Streams.IDENTITY, Streams.LIMITS))
        .isInstanceOf(StreamException.UnsupportedVersion.class)
        .hasMessage("byte 3, version: version 2 is too new: this build reads 1 to 1");
    byte[] old = stream.clone();
    old[3] = 0;
    assertThatThrownBy(() -> StreamFile.open(old, Streams.IDENTITY, Streams.LIMITS))
        .hasMessageContaining("too old");
    byte[] codec = stream.clone();
    codec[4] = 99;
    assertThatThrownBy(() -> StreamFile.open(codec, Streams.IDENTITY, Streams.LIMITS))
        .isInstanceOf(StreamException.UnsupportedVersion.class)
        .hasMessageContaining("codec 99 is unknown");
    byte[] picture = "\u0089PNG".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> StreamFile.open(picture, Streams.IDENTITY, Streams.LIMITS))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("not a Facet stream");
  }

  @Test
  void bytesBehindTheEndAreReported() {
    byte[] single = StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, FRAME);
    byte[] longer = Arrays.copyOf(single, single.length + 1);
    assertThatThrownBy(() -> StreamFile.open(longer, Streams.IDENTITY, Streams.LIMITS))
        .isInstanceOf(StreamException.Corrupt.class)
        .hasMessageContaining("bytes follow the end");
    assertThatThrownBy(() -> readAll(longer)).hasMessageContaining("bytes follow the end");
  }

  static byte[] flip(byte[] stream, int bit) {
    byte[] damaged = stream.clone();
    damaged[bit / 8] ^= (byte) (1 << bit % 8);
    return damaged;
  }

  static List<StreamFrame> readAll(byte[] stream) throws IOException {
    List<StreamFrame> frames = new ArrayList<>();
    try (StreamReader reader =
        StreamReader.open(new ByteArrayInputStream(stream), Streams.LIMITS)) {
      reader.bind(Streams.IDENTITY);
      for (StreamFrame f = reader.next(); f != null; f = reader.next()) {
        frames.add(f);
      }
    }
    return frames;
  }
}
