package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In a JVM of 256 MiB: files that announce more than they hold, or more than fits. */
@Tag("small-heap")
final class CheckpointSmallHeapTest {
  @TempDir private Path folder;

  @Test
  void theHeapIsSmall() {
    assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(256L << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1000000000]",
        "[2147483647]",
        "[4294967296]",
        "[9223372036854775807]",
        "[9223372036854775807,9223372036854775807]",
        "[1,1000000,1000000,1000000]"
      })
  void safetensorsThatAnnounceMoreThanTheyHold(String shape) {
    byte[] file =
        Samples.safetensors(
            "{\"w\":{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":[0,24]}}",
            new byte[24]);
    assertThatThrownBy(() -> Samples.readAll(file)).isInstanceOf(CheckpointException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {1L << 20, 100_000_000, 1L << 31, 1L << 40, Long.MAX_VALUE, -1})
  void headersOfSafetensorsThatAreNotThere(long length) {
    byte[] file = Samples.safetensors();
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    assertThatThrownBy(() -> Samples.readAll(file)).isInstanceOf(CheckpointException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"(1000000000,)", "(65536, 65536)", "(4294967296, 4294967296, 2)"})
  void npyThatAnnounceMoreThanTheyHold(String shape) {
    String header = "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }";
    byte[] text = header.getBytes(StandardCharsets.US_ASCII);
    byte[] file =
        ByteBuffer.allocate(12 + text.length + 24)
            .order(ByteOrder.LITTLE_ENDIAN)
            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0})
            .putInt(text.length)
            .put(text)
            .array();
    assertThatThrownBy(() -> Samples.readAll(file)).isInstanceOf(CheckpointException.class);
  }

  /** A few hundred kilobytes that unfold to 600 MB, all of it announced truthfully. */
  @Test
  void aBombThatSaysWhatItIs() throws IOException {
    byte[] file = bomb(600);
    assertThat(file.length).isLessThan(1 << 20);
    assertThatThrownBy(() -> Samples.readAll(file)).isInstanceOf(CheckpointException.class);
  }

  /** A sparse file of 2 GB that holds all that it announces. */
  @Test
  void aFileLargerThanTheHeapIsRefused() throws IOException {
    long data = 2_000_000_000L;
    String header =
        "{\"big\":{\"dtype\":\"F32\",\"shape\":[499999994],\"data_offsets\":[0,1999999976]},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[1999999976,2000000000]}}";
    byte[] start = Samples.safetensors(header, new byte[0]);
    Path file = folder.resolve("sparse.safetensors");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.wrap(start));
      channel.write(ByteBuffer.wrap(new byte[1]), start.length + data - 1);
    }
    assertThatThrownBy(() -> Checkpoint.load(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor big needs 1999999976 bytes of memory, more than the heap");
  }

  private static byte[] bomb(int megabytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("w.npy"));
      byte[] zeros = new byte[1 << 20];
      for (int i = 0; i < megabytes; i++) {
        zip.write(zeros);
      }
      zip.closeEntry();
    }
    return out.toByteArray();
  }
}
