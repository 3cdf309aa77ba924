package dev.facet.codec.stream;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What a stream must agree on with its decoder to decode to the same bits: codec, numeric profile and
 * model. Immutable.
 */
public final class StreamIdentity {
  /** Bytes of a model digest (SHA-256). */
  public static final int DIGEST_BYTES = 32;

  /** Bytes of the digest that are written into the header. */
  public static final int PREFIX_BYTES = 4;

  private final CodecId codec;
  private final int profile;
  private final byte[] modelDigest;

  /**
   * An identity.
   *
   * @param profile number of the numeric profile (docs/numerics.md), 0 to 255
   * @param modelDigest all 32 bytes
   */
  public StreamIdentity(CodecId codec, int profile, byte[] modelDigest) {
    if (profile < 0 || profile > 255) {
      throw new IllegalArgumentException("profile " + profile + " is not in 0..255");
    }
    if (modelDigest.length != DIGEST_BYTES) {
      throw new IllegalArgumentException("a model digest has 32 bytes, not " + modelDigest.length);
    }
    this.codec = codec;
    this.profile = profile;
    this.modelDigest = modelDigest.clone();
  }

  /**
   * The identity of a codec without a model: the digest is the SHA-256 of the ASCII text {@code facet-codec-} and the codec's
   * name, the same for all its streams.
   *
   * @param profile number of the numeric profile (docs/numerics.md), 0 to 255
   * @throws IllegalArgumentException if the codec has a model
   */
  public static StreamIdentity withoutModel(CodecId codec, int profile) {
    if (codec.hasModel()) {
      throw new IllegalArgumentException(codec.kind() + " has a model: its digest is needed");
    }
    try {
      byte[] name = ("facet-codec-" + codec.kind()).getBytes(StandardCharsets.US_ASCII);
      return new StreamIdentity(codec, profile, MessageDigest.getInstance("SHA-256").digest(name));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The codec. */
  public CodecId codec() {
    return codec;
  }

  /** The numeric profile. */
  public int profile() {
    return profile;
  }

  /** The 32 bytes of the model's digest, copied. */
  public byte[] modelDigest() {
    return modelDigest.clone();
  }

  /** The first four bytes of the model's digest as 8 hexadecimal digits. */
  public String modelPrefix() {
    return HexFormat.of().formatHex(modelDigest, 0, PREFIX_BYTES);
  }

  /**
   * Compares with a stream's header.
   *
   * @throws StreamException.WrongModel if another model or codec made the stream
   * @throws StreamException.WrongProfile if the numeric profile differs
   */
  public void check(StreamHeader header) throws StreamException {
    if (header.codec() != codec) {
      throw new StreamException.WrongModel(
          StreamHeader.CODEC_OFFSET,
          "codec",
          String.format(
              Locale.ROOT,
              "the stream is %s, the %s given is %s",
              header.codec().kind(),
              codec.hasModel() ? "model" : "codec",
              codec.kind()));
    }
    if (header.profile() != profile) {
      throw new StreamException.WrongProfile(
          StreamHeader.PROFILE_OFFSET,
          "profile",
          String.format(
              Locale.ROOT,
              "made with numeric profile %d, this build has %d: use the release that made the stream",
              header.profile(),
              profile));
    }
    if (!header.modelPrefix().equals(modelPrefix())) {
      throw new StreamException.WrongModel(
          StreamHeader.MODEL_OFFSET,
          "model",
          String.format(
              Locale.ROOT,
              "made with model %s, the model given is %s",
              header.modelPrefix(),
              modelPrefix()));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StreamIdentity that
        && codec == that.codec
        && profile == that.profile
        && Arrays.equals(modelDigest, that.modelDigest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(modelDigest) * 31 + codec.hashCode() + profile;
  }

  @Override
  public String toString() {
    return codec.kind() + ", profile " + profile + ", model " + modelPrefix();
  }
}
