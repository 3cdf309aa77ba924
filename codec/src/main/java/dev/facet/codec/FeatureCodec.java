package dev.facet.codec;

import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamIdentity;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * Compresses feature pyramids to bytes and back. Thread-safe and reusable; close it when done.
 *
 * <p>The same stream decodes to the same bits, and the same features encode to the same bytes, on every
 * machine, JVM, backend and number of threads (docs/numerics.md); but where a video encoder takes part, its bytes
 * are its own.
 *
 * <p>Pyramids have the levels that {@link StreamIdentity#codec()} takes, each of shape (H, W, C); any H and W within
 * {@link dev.facet.codec.stream.StreamLimits} will do. A {@link ModelCodec} codes the C that its pack says, a codec without a
 * model any C.
 */
public interface FeatureCodec extends AutoCloseable {
  /** Codec, numeric profile and model digest: what streams are checked against. */
  StreamIdentity identity();

  /** Qualities that show the codec from its smallest streams to its best features, in this order. */
  List<Quality> qualities();

  /**
   * The quality, if the codec has it.
   *
   * @throws IllegalArgumentException if it does not; the message says which ones there are
   */
  Quality requireQuality(Quality quality);

  /**
   * Channels C of each level of a frame, finest level first.
   *
   * @throws StreamException if the payload says them and is damaged
   */
  int[] channels(StreamFrame frame) throws StreamException;

  /** {@link #encode(FeaturePyramid, Quality, EncodeOptions)} with the default options. */
  default byte[] encode(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    return encode(pyramid, quality, EncodeOptions.DEFAULT);
  }

  /**
   * Encodes a single image.
   *
   * @return a stream of one frame
   * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the codec
   * @throws IllegalArgumentException if the codec does not have this quality
   */
  byte[] encode(FeaturePyramid pyramid, Quality quality, EncodeOptions options)
      throws FeatureException;

  /**
   * Encodes a sequence.
   *
   * @param pyramids at least one
   * @param qualities one for all frames, or one for each
   * @return a stream of as many frames
   * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the codec
   * @throws IllegalArgumentException if the codec does not have a quality
   */
  byte[] encode(List<FeaturePyramid> pyramids, List<Quality> qualities, EncodeOptions options)
      throws FeatureException;

  /** A sequence that is written frame by frame. Closing it ends the stream but leaves {@code out} open. */
  SequenceEncoder sequence(OutputStream out, EncodeOptions options);

  /**
   * Decodes a stream of a single frame.
   *
   * @throws StreamException if the stream is damaged or not this model's, or holds more frames than one
   */
  FeaturePyramid decode(byte[] stream) throws StreamException;

  /**
   * Decodes one frame of a stream. Damage elsewhere does not matter.
   *
   * @param frame from 0 on
   * @throws StreamException if this frame cannot be decoded
   * @throws IndexOutOfBoundsException if the stream has fewer frames
   */
  FeaturePyramid decode(byte[] stream, int frame) throws StreamException;

  /**
   * Opens a stream for access to its frames in any order.
   *
   * @param stream not copied
   * @throws StreamException if the header is damaged, or names another codec, profile or model
   */
  StreamFile open(byte[] stream) throws StreamException;

  /**
   * Decodes one frame of a stream that {@link #open} opened. Damage elsewhere does not matter.
   *
   * @param frame from 0 on
   * @throws StreamException if this frame cannot be decoded
   * @throws IndexOutOfBoundsException if the stream has fewer frames
   */
  FeaturePyramid decode(StreamFile file, int frame) throws StreamException;

  /**
   * Decodes all frames.
   *
   * @throws StreamException if any part of the stream is damaged or not this model's
   */
  List<FeaturePyramid> decodeAll(byte[] stream) throws StreamException;

  /**
   * Bits of the parts of a frame's payload, by name in the order of the stream, such as {@code z} and
   * {@code y}; fractions come from parts that share one arithmetic coder.
   *
   * @throws StreamException if the payload cannot be decoded
   */
  Map<String, Double> payloadBits(StreamFrame frame) throws StreamException;

  /** Frees the backend, if this codec opened it. */
  @Override
  void close();

  /** A sequence being encoded. Not thread-safe. */
  interface SequenceEncoder extends AutoCloseable {
    /**
     * Encodes and writes one frame. The first one's shapes and quality are the ones that later frames
     * repeat at no cost.
     *
     * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the codec
     * @throws IOException if the stream cannot be written
     */
    void add(FeaturePyramid pyramid, Quality quality) throws FeatureException, IOException;

    /** Frames so far. */
    int frames();

    /** Bytes so far. */
    long bytes();

    /** Writes the end marker and the index. A sequence without frames leaves nothing. */
    @Override
    void close() throws IOException;
  }
}
