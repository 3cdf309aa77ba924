package dev.facet.codec.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Streams that announce more than they hold, or more than the caller wants. */
class StreamLimitsTest {
  @Test
  void limitsAreChecked() {
    StreamFrame frame = Streams.frame(1, 0, Streams.halves(100, 100), 1000);
    byte[] single = StreamWriter.single(Streams.IDENTITY, FeatureDigestSize.NONE, frame);
    byte[] sequence = Streams.sequence(Streams.frames(4, 10), FeatureDigestSize.NONE, true);
    byte[] unindexed = Streams.sequence(Streams.frames(4, 10), FeatureDigestSize.NONE, false);
    StreamLimits limits = StreamLimits.DEFAULT;
    assertThatThrownBy(() -> open(single, limits.withMaxPixels(9999)))
        .isInstanceOf(StreamException.LimitExceeded.class)
        .hasMessage("byte 12, size of level 0: 100x100 positions, the limit is 9999");
    assertThatThrownBy(() -> open(single, limits.withMaxPayloadBytes(999)))
        .isInstanceOf(StreamException.LimitExceeded.class)
        .hasMessageContaining("1000 bytes, the limit is 999");
    assertThatThrownBy(() -> open(sequence, limits.withMaxFrames(3)))
        .isInstanceOf(StreamException.LimitExceeded.class);
    assertThatThrownBy(() -> open(unindexed, limits.withMaxFrames(3)))
        .isInstanceOf(StreamException.LimitExceeded.class);
    assertThatThrownBy(
            () -> {
              try (StreamReader reader =
                  StreamReader.open(new ByteArrayInputStream(sequence), limits.withMaxFrames(3))) {
                while (reader.next() != null) {}
              }
            })
        .isInstanceOf(StreamException.LimitExceeded.class);
  }

  @Test
  void exactLimitsAreAllowed() throws StreamException {
    byte[] sequence = Streams.sequence(Streams.frames(4, 10), FeatureDigestSize.NONE, false);
    StreamLimits exact = new StreamLimits(25 * 38, 1, 4, 10);
    StreamFile file = open(sequence, exact);
    file.requireIntact();
    assertThat(file.frameCount()).isEqualTo(4);
  }

  /** In a JVM whose heap is smaller than any of the sizes that the streams announce. */
  @Test
  void hostileSizesNeedNoMemory() throws IOException, InterruptedException, URISyntaxException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "-XX:+UseSerialGC",
                "-cp",
                String.join(
                    File.pathSeparator, folderOf(StreamFile.class), folderOf(HostileStreams.class)),
                HostileStreams.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(output.strip()).isEqualTo("refused 5");
    assertThat(process.exitValue()).isZero();
  }

  private static StreamFile open(byte[] stream, StreamLimits limits) throws StreamException {
    return StreamFile.open(stream, Streams.IDENTITY, limits);
  }

  /** On the module path the test classes are patched into the module: both folders matter. */
  private static String folderOf(Class<?> type) throws URISyntaxException {
    String name = type.getName().replace('.', '/') + ".class";
    String file = Path.of(type.getResource("/" + name).toURI()).toString();
    return file.substring(0, file.length() - name.length());
  }

  /** Streams of a few bytes that announce up to 2 GiB. */
  static final class HostileStreams {
    private HostileStreams() {}

    public static void main(String[] args) throws IOException {
      StreamLimits generous =
          new StreamLimits(Long.MAX_VALUE, 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
      byte[] single =
          StreamWriter.single(
              Streams.IDENTITY,
              FeatureDigestSize.NONE,
              new StreamFrame(0, Streams.halves(1, 1), new byte[0]));
      byte[] sequence =
          Streams.sequence(
              List.of(Streams.frame(1, 0, Streams.halves(1, 1), 0)), FeatureDigestSize.NONE, true);
      int headerBytes = StreamFile.readHeader(sequence, generous).bytes();
      int refused = 0;
      refused += refuses(with(single, 11 + 3, 0x7FFFFFFF), generous);
      refused += refuses(with(single, 11 + 1, 0x7FFFFFFF), generous);
      refused += refuses(with(sequence, headerBytes + 1, 0x7FFFFFFF), generous);
      refused += refuses(with(sequence, headerBytes + 7, 0x7FFFFFFF), generous);
      refused += refuses(new byte[12], generous);
      System.out.println("refused " + refused);
    }

    private static byte[] with(byte[] stream, int at, int varint) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(stream, 0, at);
      Varint.write(out, varint);
      out.write(stream, at, stream.length - at);
      return out.toByteArray();
    }

    private static int refuses(byte[] stream, StreamLimits limits) throws IOException {
      int refusals = 0;
      try {
        StreamFile.open(stream, Streams.IDENTITY, limits).requireIntact();
      } catch (StreamException e) {
        refusals++;
      }
      try (StreamReader reader = StreamReader.open(new ByteArrayInputStream(stream), limits)) {
        reader.bind(Streams.IDENTITY);
        while (reader.next() != null) {}
      } catch (StreamException e) {
        refusals++;
      }
      return refusals / 2;
    }
  }
}
