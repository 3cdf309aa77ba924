package dev.facet.codec;

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

/**
 * The part of a codec that does not depend on its networks: checks of the input, streams of one or many
 * frames, digests. A codec supplies the payload of one frame.
 */
public abstract class StreamCodec implements FeatureCodec {
  private final ModelPack pack;
  private final StreamLimits limits;

  /**
   * A codec of a pack.
   *
   * @param limits what its decoder accepts
   */
  protected StreamCodec(ModelPack pack, StreamLimits limits) {
    this.pack = pack;
    this.limits = limits;
  }

  /**
   * The payload of one frame.
   *
   * @param pyramid finite, with the right number of levels and channels
   * @param quality one that the pack has
   * @throws FeatureException if the levels' sizes or values do not fit the model
   */
  protected abstract byte[] encodePayload(FeaturePyramid pyramid, Quality quality)
      throws FeatureException;

  /**
   * Decodes one frame.
   *
   * @param frame with the right number of levels, sizes within the limits, and a quality that the pack has;
   *     the payload passed its CRC, which does not make it valid
   * @return levels of exactly the frame's shapes and the pack's channels
   * @throws StreamException if the payload cannot be decoded
   */
  protected abstract FeaturePyramid decodePayload(StreamFrame frame) throws StreamException;

  @Override
  public final ModelPack pack() {
    return pack;
  }

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
    int maxSteps = (pack.config().qualities() - 1) * Quality.STEPS;
    if (frame.qualitySteps() > maxSteps) {
      throw new StreamException.Corrupt(
          file.offset(index), "quality", "above the highest quality of the model");
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
   * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the model
   * @throws IllegalArgumentException if the pack does not have this quality
   */
  protected final void requireCodable(FeaturePyramid pyramid, Quality quality)
      throws FeatureException {
    quality.requireIn(pack.config());
    requireLevels(pyramid).requireFinite();
  }

  /** What the decoder accepts. */
  protected final StreamLimits limits() {
    return limits;
  }

  /** Checks number, channels and sizes of the levels against model and limits. */
  private FeaturePyramid requireLevels(FeaturePyramid pyramid) throws FeatureException {
    int levels = pack.kind().levels();
    if (pyramid.size() != levels) {
      throw new FeatureException(
          String.format(
              Locale.ROOT, "%d levels given, %s codes %d", pyramid.size(), pack.name(), levels));
    }
    for (int i = 0; i < levels; i++) {
      Tensor level = pyramid.level(i);
      if (level.channels() != pack.config().features()) {
        throw new FeatureException(
            String.format(
                Locale.ROOT,
                "%s has %d channels, %s codes %d: use the backbone the model was trained with",
                pyramid.name(i),
                level.channels(),
                pack.name(),
                pack.config().features()));
      }
      if (new LevelShape(level.height(), level.width()).pixels() > limits.maxPixels()) {
        throw new FeatureException(
            String.format(
                Locale.ROOT,
                "%s has %d x %d positions, more than the limit of %d",
                pyramid.name(i),
                level.height(),
                level.width(),
                limits.maxPixels()));
      }
    }
    return pyramid;
  }
}
