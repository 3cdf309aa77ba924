package dev.facet.codec;

import dev.facet.codec.stream.FeatureDigestSize;

/**
 * What a stream carries beside the features.
 *
 * @param featureDigest digest of the decoded features in each frame, which every decoder then checks.
 *     To know it, the encoder decodes what it wrote.
 * @param index whether a sequence ends with an index of its frames. It costs about two bytes a frame and
 *     keeps the frames behind a damaged length easy to find.
 */
public record EncodeOptions(FeatureDigestSize featureDigest, boolean index) {
  /** No digest, with an index. */
  public static final EncodeOptions DEFAULT = new EncodeOptions(FeatureDigestSize.NONE, true);

  /** The same with another digest. */
  public EncodeOptions withFeatureDigest(FeatureDigestSize size) {
    return new EncodeOptions(size, index);
  }

  /** The same with or without an index. */
  public EncodeOptions withIndex(boolean indexed) {
    return new EncodeOptions(featureDigest, indexed);
  }
}
