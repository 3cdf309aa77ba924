package dev.facet.codec;

import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.util.List;

/** The codec of a {@linkplain ModelPack model pack}: networks and entropy tables, named in each stream by their digest. */
public interface ModelCodec extends FeatureCodec {
  /** The model. */
  ModelPack pack();

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
}
