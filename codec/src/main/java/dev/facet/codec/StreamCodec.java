package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.codec.stream.StreamWriter;
import dev.facet.nn.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What all codecs have in common: checks of the input, streams of one or many frames, digests. A codec supplies the payload of
 * one frame.
 */
public abstract class StreamCodec implements FeatureCodec {
  private final StreamLimits limits;

  /**
   * A codec.
   *
   * @param limits what it accepts
   */
  protected StreamCodec(StreamLimits limits) {
    this.limits = limits;
  }

  /**
   * The payload of one frame.
   *
   * @param pyramid that passed {@link #requireLevels}, all elements finite
   * @param quality one that the codec has
   * @throws FeatureException if the levels' sizes or values do not fit the codec
   */
  protected abstract byte[] encodePayload(FeaturePyramid pyramid, Quality quality)
      throws FeatureException;

  /**
   * Decodes one frame.
   *
   * @param frame with the right number of levels, sizes within the limits, and a quality that the codec has;
   *     the payload passed its CRC, which does not make it valid
   * @return levels of exactly the frame's shapes
   * @throws StreamException if the payload cannot be decoded
   */
  protected abstract FeaturePyramid decodePayload(StreamFrame frame) throws StreamException;

  @Override
  public byte[] encode(FeaturePyramid pyramid, Quality quality, EncodeOptions options)
      throws FeatureException {
    StreamFrame frame = frame(pyramid, quality, options);
    return StreamWriter.single(identity(), options.featureDigest(), frame);
  }

  @Override
  public byte[] encode(
      List<FeaturePyramid> pyramids, List<Quality> qualities, EncodeOptions options)
      throws FeatureException {
    if (pyramids.isEmpty() || (qualities.size() != 1 && qualities.size() != pyramids.size())) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%d pyramids and %d qualities: give at least one pyramid, and one quality or one for each",
              pyramids.size(),
              qualities.size()));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SequenceEncoder encoder = sequence(out, options)) {
      for (int i = 0; i < pyramids.size(); i++) {
        encoder.add(pyramids.get(i), qualities.get(qualities.size() == 1 ? 0 : i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return out.toByteArray();
  }

  @Override
  public SequenceEncoder sequence(OutputStream out, EncodeOptions options) {
    StreamWriter writer =
        new StreamWriter(out, identity(), options.featureDigest(), options.index());
    return new SequenceEncoder() {
      @Override
      public void add(FeaturePyramid pyramid, Quality quality)
          throws FeatureException, IOException {
        writer.write(frame(pyramid, quality, options));
      }

      @Override
      public int frames() {
        return writer.frames();
      }

      @Override
      public long bytes() {
        return writer.bytes();
      }

      @Override
      public void close() throws IOException {
        writer.close();
      }
    };
  }

  @Override
  public FeaturePyramid decode(byte[] stream) throws StreamException {
    StreamFile file = open(stream);
    file.requireIntact();
    if (file.frameCount() != 1) {
      throw new StreamException.LimitExceeded(
          file.header().bytes(),
          "frames",
          String.format(
              Locale.ROOT,
              "%d frames where one is expected: decode them all, or one by its number",
              file.frameCount()));
    }
    return decode(file, 0);
  }

  @Override
  public FeaturePyramid decode(byte[] stream, int frame) throws StreamException {
    return decode(open(stream), frame);
  }

  @Override
  public List<FeaturePyramid> decodeAll(byte[] stream) throws StreamException {
    StreamFile file = open(stream);
    file.requireIntact();
    List<FeaturePyramid> pyramids = new ArrayList<>();
    for (int i = 0; i < file.frameCount(); i++) {
      pyramids.add(decode(file, i));
    }
    return pyramids;
  }

  @Override
  public StreamFile open(byte[] stream) throws StreamException {
    return StreamFile.open(stream, identity(), limits);
  }

  private StreamFrame frame(FeaturePyramid pyramid, Quality quality, EncodeOptions options)
      throws FeatureException {
    requireCodable(pyramid, quality);
    byte[] payload = encodePayload(pyramid, quality);
    StreamFrame frame =
        new StreamFrame(quality.steps(), pyramid.shapes(), payload).withPicture(pyramid.picture());
    if (options.featureDigest() == FeatureDigestSize.NONE) {
      return frame;
    }
    try {
      byte[] digest = FeatureDigest.of(decodePayload(frame));
      return new StreamFrame(
          frame.qualitySteps(),
          frame.shapes(),
          frame.picture(),
          payload,
          Arrays.copyOf(digest, options.featureDigest().bytes()));
    } catch (StreamException e) {
      throw new FeatureException(
          "the features lie too far outside what the model was trained on: " + e.reason());
    }
  }

  @Override
  public FeaturePyramid decode(StreamFile file, int index) throws StreamException {
    StreamFrame frame = file.frame(index);
    try {
      requireQuality(new Quality(frame.qualitySteps()));
    } catch (IllegalArgumentException e) {
      throw new StreamException.Corrupt(
          file.offset(index), "quality", String.valueOf(e.getMessage()));
    }
    FeaturePyramid pyramid = decodePayload(frame);
    byte[] digest = frame.featureDigest();
    if (digest.length > 0
        && !Arrays.equals(digest, Arrays.copyOf(FeatureDigest.of(pyramid), digest.length))) {
      throw new StreamException.Corrupt(
          file.offset(index),
          "feature digest",
          "the decoded features are not those of the encoder, though all bytes arrived: please report"
              + " this with the output of 'facet version' of both sides");
    }
    return frame.picture().map(pyramid::withPicture).orElse(pyramid);
  }

  /**
   * Checks an input: what every way to encode begins with.
   *
   * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the codec
   * @throws IllegalArgumentException if the codec does not have this quality
   */
  protected final void requireCodable(FeaturePyramid pyramid, Quality quality)
      throws FeatureException {
    requireQuality(quality);
    requireLevels(pyramid);
    pyramid.requireFinite();
  }

  /** What the codec accepts. */
  protected final StreamLimits limits() {
    return limits;
  }

  /**
   * Checks number and sizes of the levels against codec and limits.
   *
   * @throws FeatureException if they do not fit
   */
  protected void requireLevels(FeaturePyramid pyramid) throws FeatureException {
    CodecId codec = identity().codec();
    if (!codec.takes(pyramid.size())) {
      throw new FeatureException(
          String.format(
              Locale.ROOT,
              "%d levels given, %s codes %s",
              pyramid.size(),
              codec.kind(),
              codec.levelRange()));
    }
    for (int i = 0; i < pyramid.size(); i++) {
      Tensor level = pyramid.level(i);
      if (new LevelShape(level.height(), level.width()).pixels() > limits.maxPixels(codec)) {
        throw new FeatureException(
            String.format(
                Locale.ROOT,
                "%s has %d x %d positions, more than the limit of %d",
                pyramid.name(i),
                level.height(),
                level.width(),
                limits.maxPixels(codec)));
      }
      if (level.channels() > limits.maxChannels()) {
        throw new FeatureException(
            String.format(
                Locale.ROOT,
                "%s has %d channels, more than the limit of %d",
                pyramid.name(i),
                level.channels(),
                limits.maxChannels()));
      }
    }
  }

  /**
   * Whether the heap can hold so many bytes of one frame.
   *
   * @return empty, or why not
   */
  protected static Optional<String> shortage(long bytes) {
    long heap = Runtime.getRuntime().maxMemory();
    // large arrays need room in one piece: a collector rarely has the last quarter to give
    return bytes <= heap / 4 * 3
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "takes about %d MiB to code, of the JVM's %d MiB: raise -Xmx",
                bytes >> 20,
                heap >> 20));
  }
}
