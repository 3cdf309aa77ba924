package dev.facet.conformance;

import dev.facet.codec.EncodeOptions;
import dev.facet.codec.FeatureDigest;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.Quality;
import dev.facet.codec.internal.RandomModel;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A stream: pyramids of a {@link RandomModel}, encoded and decoded.
 *
 * @param format how the frames are stored
 * @param frames sizes of the levels of each frame; frame i is the model's pyramid of seed i
 * @param qualities one for all frames, or one for each
 */
record CodecVector(
    String name,
    boolean small,
    RandomModel model,
    Format format,
    EncodeOptions options,
    List<List<LevelShape>> frames,
    List<Quality> qualities)
    implements ConformanceVector {
  /** How frames are stored. */
  enum Format {
    /** A Facet stream of a single image. */
    SINGLE,
    /** A Facet stream of a sequence. */
    SEQUENCE,
    /** The file of the official L-MSFC code. */
    REFERENCE
  }

  /** Of the stored stream, beside the manifest. */
  String fileName() {
    return name + (format == Format.REFERENCE ? ".bin" : ".fcm");
  }

  /** The stream of the frames. */
  byte[] encode(ModelCodec codec) throws FeatureException {
    List<FeaturePyramid> pyramids = new ArrayList<>();
    for (int i = 0; i < frames.size(); i++) {
      pyramids.add(model.pyramid(i, frames.get(i)));
    }
    return switch (format) {
      case SINGLE -> codec.encode(pyramids.getFirst(), qualities.getFirst(), options);
      case SEQUENCE -> codec.encode(pyramids, qualities, options);
      case REFERENCE -> codec.encodeReference(pyramids.getFirst(), qualities.getFirst()).toBytes();
    };
  }

  /** SHA-256 over the {@link FeatureDigest}s of all decoded frames. */
  byte[] digest(ModelCodec codec, byte[] stream) throws StreamException {
    MessageDigest sha = Digests.sha256();
    switch (format) {
      case SINGLE -> sha.update(FeatureDigest.of(codec.decode(stream)));
      case SEQUENCE -> {
        for (FeaturePyramid frame : codec.decodeAll(stream)) {
          sha.update(FeatureDigest.of(frame));
        }
      }
      case REFERENCE ->
          sha.update(
              FeatureDigest.of(
                  codec.decodeReference(ReferenceFile.parse(stream), qualities.getFirst())));
    }
    return sha.digest();
  }
}
