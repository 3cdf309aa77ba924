package dev.facet.codec.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Any bytes: a StreamException or frames that are written back to the same bytes. Runs the inputs beside it as a regression test;
 * {@code JAZZER_FUZZ=1} searches for new ones.
 */
class StreamFuzzTest {
  private static final StreamLimits LIMITS = new StreamLimits(1 << 20, 1024, 1000, 1 << 20);

  @FuzzTest
  void anyBytes(byte[] bytes) {
    checked(bytes);
    unchecked(bytes);
    frontToBack(bytes);
    reference(bytes);
  }

  private static void checked(byte[] bytes) {
    try {
      StreamFile file = StreamFile.open(bytes, Streams.IDENTITY, LIMITS);
      for (int i = 0; i < file.frameCount(); i++) {
        read(file, i);
      }
      file.damage();
    } catch (StreamException e) {
      assertThat(e.offset()).isBetween(0L, (long) bytes.length);
    }
  }

  private static void unchecked(byte[] bytes) {
    try {
      StreamFile file = StreamFile.openUnchecked(bytes, LIMITS);
      for (int i = 0; i < file.frameCount(); i++) {
        read(file, i);
      }
    } catch (StreamException e) {
      assertThat(e.offset()).isBetween(0L, (long) bytes.length);
    }
  }

  private static void read(StreamFile file, int index) {
    try {
      assertThat(file.frame(index).shapes()).hasSize(4);
    } catch (StreamException e) {
      assertThat(e.field()).isNotEmpty();
    }
  }

  private static void frontToBack(byte[] bytes) {
    try (StreamReader reader = StreamReader.open(new ByteArrayInputStream(bytes), LIMITS)) {
      while (reader.next() != null) {}
    } catch (StreamException e) {
      assertThat(e.offset()).isBetween(0L, (long) bytes.length);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void reference(byte[] bytes) {
    try {
      assertThat(ReferenceFile.parse(bytes, LIMITS).toBytes()).isEqualTo(bytes);
    } catch (StreamException e) {
      assertThat(e.offset()).isBetween(0L, (long) bytes.length);
    }
  }
}
