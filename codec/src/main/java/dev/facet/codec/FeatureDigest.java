package dev.facet.codec;

import dev.facet.nn.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;

/**
 * SHA-256 of a pyramid's bits: for each level, finest first, its height, width and channels as
 * little-endian int32, then its elements as little-endian float32 in (H, W, C) order.
 */
public final class FeatureDigest {
  private FeatureDigest() {}

  /** The 32 bytes. */
  public static byte[] of(FeaturePyramid pyramid) {
    MessageDigest sha = Sha256.create();
    for (Tensor level : pyramid.levels()) {
      ByteBuffer shape = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      shape.putInt(level.height()).putInt(level.width()).putInt(level.channels());
      sha.update(shape.array());
      Sha256.update(sha, level.data(), level.data().length);
    }
    return sha.digest();
  }
}
