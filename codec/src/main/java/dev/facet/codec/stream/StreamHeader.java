package dev.facet.codec.stream;

import java.util.List;
import java.util.Optional;

/**
 * The header of a Facet stream.
 *
 * @param version of the format
 * @param codec that made the payloads
 * @param profile numeric profile (docs/numerics.md)
 * @param modelPrefix first four bytes of the model's digest, 8 hexadecimal digits
 * @param sequence true for a sequence of frames, false for a single image
 * @param indexed whether an index of the frames stands at the end of the sequence
 * @param digestSize digest of the decoded features in each frame
 * @param qualitySteps of a sequence: the quality that frames repeat, in steps of 1/32; else 0
 * @param shapes of a sequence: the shapes that frames repeat, p2 first; else empty
 * @param pictures whether each frame says the size of its picture
 * @param picture of a sequence with pictures: the size that frames repeat; else empty
 * @param bytes size of the header
 */
public record StreamHeader(
    int version,
    CodecId codec,
    int profile,
    String modelPrefix,
    boolean sequence,
    boolean indexed,
    FeatureDigestSize digestSize,
    int qualitySteps,
    List<LevelShape> shapes,
    boolean pictures,
    Optional<PictureSize> picture,
    int bytes) {
  /** The version that this build writes. */
  public static final int VERSION = 1;

  /** The oldest version that this build reads. */
  public static final int OLDEST_VERSION = 1;

  static final int VERSION_OFFSET = 3;
  static final int CODEC_OFFSET = 4;
  static final int PROFILE_OFFSET = 5;
  static final int FLAGS_OFFSET = 6;

  /** Position of the model prefix. */
  public static final int MODEL_OFFSET = 7;

  /** Size of the part that every stream has. */
  public static final int FIXED_BYTES = 11;

  static final int FLAG_SEQUENCE = 1;
  static final int FLAG_INDEX = 2;
  static final int DIGEST_SHIFT = 2;
  static final int FLAG_PICTURES = 16;
  static final int KNOWN_FLAGS = 0b11111;

  StreamHeader withBytes(int size) {
    return new StreamHeader(
        version,
        codec,
        profile,
        modelPrefix,
        sequence,
        indexed,
        digestSize,
        qualitySteps,
        shapes,
        pictures,
        picture,
        size);
  }

  /** Copies the list. */
  public StreamHeader {
    shapes = List.copyOf(shapes);
  }
}
