package dev.facet.codec;

import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamIdentity;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;

/**
 * Compresses feature pyramids to bytes and back. Thread-safe and reusable; close it when done.
 *
 * <p>The same stream decodes to the same bits, and the same features encode to the same bytes, on every
 * machine, JVM, backend and number of threads (docs/numerics.md).
 *
 * <p>Pyramids have the levels that {@link StreamIdentity#codec()} names, each of shape (H, W, F) with the
 * pack's F channels; any H and W within {@link dev.facet.codec.stream.StreamLimits} will do.
 */
public interface FeatureCodec extends AutoCloseable {
  /** The model. */
  ModelPack pack();

  /** Codec, numeric profile and model digest: what streams are checked against. */
  StreamIdentity identity();

  /** {@link #encode(FeaturePyramid, Quality, EncodeOptions)} with the default options. */
  default byte[] encode(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    return encode(pyramid, quality, EncodeOptions.DEFAULT);
  }

  /**
   * Encodes a single image.
   *
   * @return a stream of one frame
   * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the model
   * @throws IllegalArgumentException if the pack does not have this quality
   */
  byte[] encode(FeaturePyramid pyramid, Quality quality, EncodeOptions options)
      throws FeatureException;

  /**
   * Encodes a sequence.
   *
   * @param pyramids at least one
   * @param qualities one for all frames, or one for each
   * @return a stream of as many frames
   * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the model
   * @throws IllegalArgumentException if the pack does not have a quality
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

  /**
   * Integer and scale tables that the codec codes with, under the names of a CompressAI checkpoint. A pack
   * stores them, and {@link ModelDigest} covers them.
   */
  List<CheckpointTensor> entropyTables();

  /**
   * Encodes to the file of the official L-MSFC code, which any of its builds with the same tables can read.
   *
   * @throws FeatureException as {@link #encode(FeaturePyramid, Quality)}; also if p3.. are not ceil halves
   *     of p2, which that format cannot say
   */
  ReferenceFile encodeReference(FeaturePyramid pyramid, Quality quality) throws FeatureException;

  /**
   * Decodes a file of the official L-MSFC code. It names no model and has no check: with another model's
   * file the result is garbage, or an exception where the coder notices.
   *
   * @throws StreamException if the coded bytes end early
   */
  FeaturePyramid decodeReference(ReferenceFile file, Quality quality) throws StreamException;

  /** Frees the backend, if this codec opened it. */
  @Override
  void close();

  /** A sequence being encoded. Not thread-safe. */
  interface SequenceEncoder extends AutoCloseable {
    /**
     * Encodes and writes one frame. The first one's shapes and quality are the ones that later frames
     * repeat at no cost.
     *
     * @throws FeatureException if an element is NaN or infinite, or the levels do not fit the model
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
