package dev.facet.codec.stream;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One frame of a stream, as coded. Immutable by agreement: the arrays are not copied.
 *
 * @param qualitySteps quality in steps of 1/32, at least 0
 * @param shapes true size of each level, p2 first
 * @param picture size of the picture that the features are of, if the stream says it
 * @param payload coded bytes
 * @param featureDigest the first bytes of the SHA-256 of the decoded features, as many as the
 *     header says; empty if none
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier between stream and codec, compared by content
public record StreamFrame(
    int qualitySteps,
    List<LevelShape> shapes,
    Optional<PictureSize> picture,
    byte[] payload,
    byte[] featureDigest) {
  /** Largest quality in steps of 1/32: level 1023. */
  public static final int MAX_QUALITY_STEPS = (1 << 15) - 1;

  /** Most levels. */
  public static final int MAX_LEVELS = 16;

  /** Checks the ranges. */
  public StreamFrame {
    shapes = List.copyOf(shapes);
    if (qualitySteps < 0 || qualitySteps > MAX_QUALITY_STEPS) {
      throw new IllegalArgumentException(
          "quality of " + qualitySteps + " steps is not in 0.." + MAX_QUALITY_STEPS);
    }
    if (shapes.isEmpty() || shapes.size() > MAX_LEVELS) {
      throw new IllegalArgumentException(shapes.size() + " levels are not in 1.." + MAX_LEVELS);
    }
  }

  /** A frame without the size of its picture and without a digest of its features. */
  public StreamFrame(int qualitySteps, List<LevelShape> shapes, byte[] payload) {
    this(qualitySteps, shapes, payload, new byte[0]);
  }

  /** A frame without the size of its picture. */
  public StreamFrame(
      int qualitySteps, List<LevelShape> shapes, byte[] payload, byte[] featureDigest) {
    this(qualitySteps, shapes, Optional.empty(), payload, featureDigest);
  }

  /** The same with the size of its picture. */
  public StreamFrame withPicture(Optional<PictureSize> size) {
    return new StreamFrame(qualitySteps, shapes, size, payload, featureDigest);
  }

  /** Whether shapes and the size of the picture are these. */
  boolean isOf(List<LevelShape> otherShapes, Optional<PictureSize> otherPicture) {
    return shapes.equals(otherShapes) && picture.equals(otherPicture);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamFrame that
        && qualitySteps == that.qualitySteps
        && isOf(that.shapes, that.picture)
        && Arrays.equals(payload, that.payload)
        && Arrays.equals(featureDigest, that.featureDigest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(payload) * 31 + shapes.hashCode();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "StreamFrame(quality %d/32, %s, %d bytes)",
        qualitySteps,
        shapes,
        payload.length);
  }
}
