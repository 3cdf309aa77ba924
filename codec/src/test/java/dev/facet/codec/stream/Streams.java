package dev.facet.codec.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Streams to test with. */
final class Streams {
  static final StreamIdentity IDENTITY = identity(0x5A);
  static final StreamLimits LIMITS = StreamLimits.DEFAULT;

  private Streams() {}

  /** Digest bytes {@code first, first + 1, ...}. */
  static StreamIdentity identity(int first) {
    byte[] digest = new byte[32];
    for (int i = 0; i < digest.length; i++) {
      digest[i] = (byte) (first + i);
    }
    return new StreamIdentity(CodecId.LMSFC_GAIN, 1, digest);
  }

  static StreamFrame frame(long seed, int quality, List<LevelShape> shapes, int payload) {
    return frame(seed, quality, shapes, payload, FeatureDigestSize.NONE);
  }

  static StreamFrame frame(
      long seed, int quality, List<LevelShape> shapes, int payload, FeatureDigestSize digestSize) {
    Random random = new Random(seed);
    byte[] bytes = new byte[payload];
    byte[] digest = new byte[digestSize.bytes()];
    random.nextBytes(bytes);
    random.nextBytes(digest);
    return new StreamFrame(quality, shapes, bytes, digest);
  }

  static List<LevelShape> halves(int height, int width) {
    return LevelShape.halves(new LevelShape(height, width), 4);
  }

  static byte[] sequence(List<StreamFrame> frames, FeatureDigestSize digest, boolean indexed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StreamWriter writer = new StreamWriter(out, IDENTITY, digest, indexed)) {
      for (StreamFrame frame : frames) {
        writer.write(frame);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  static List<StreamFrame> frames(int count, int payload) {
    List<StreamFrame> frames = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      frames.add(frame(i, 100, halves(25, 38), payload));
    }
    return frames;
  }
}
