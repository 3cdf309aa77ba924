package dev.facet.codec.pca;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.VideoStreamCodec;
import dev.facet.codec.anchor.AnchorCodec;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.PayloadReader;
import dev.facet.codec.stream.PayloadWriter;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.nn.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Principal components (Lee et al., MPEG document m58787, 2022, after what Kim et al. 2023 say of it in section II-B): of each level the
 * channels become means, a basis and as many component images as are worth coding. The component images are coded as {@link AnchorCodec}
 * codes channels; means and basis are quantised and coded with rANS, where m58787 has DeepCABAC.
 *
 * <p>How many components are coded follows from the QP, by reverse water-filling: those whose variance is above the distortion that a
 * quantiser of the QP's step makes. Means and basis are rounded so finely that they add a quarter of it each at most.
 */
public final class PcaCodec extends VideoStreamCodec {
  private static final int BITS = 10;

  /** Bytes for each element of a covariance matrix, its decomposition included. */
  private static final long WORK_BYTES = 4 * Double.BYTES;

  /** Least and greatest step of the basis, whose numbers are between -1 and 1. */
  private static final double FINEST = 0x1p-14;

  private static final double COARSEST = 0x1p-3;

  private final AnchorCodec images;

  /** A codec; for decoding, {@link CodecOptions#standard()} will do. */
  public PcaCodec(CodecOptions options) {
    super(CodecId.PCA, options);
    images = new AnchorCodec(options.withBitDepth(BITS));
  }

  @Override
  protected byte[] encodePayload(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    List<Tensor> components = new ArrayList<>();
    PayloadWriter out = new PayloadWriter();
    for (int i = 0; i < pyramid.size(); i++) {
      Tensor level = pyramid.level(i);
      Optional<String> shortage = shortage(WORK_BYTES * level.channels() * level.channels());
      if (shortage.isPresent()) {
        throw new FeatureException(
            String.format(
                Locale.ROOT,
                "%s: the covariance of %d channels %s",
                pyramid.name(i),
                level.channels(),
                shortage.get()));
      }
      components.add(encode(level, quality.floor(), out));
    }
    return out.bytes(images.encode(FeaturePyramid.of(components), quality)).toBytes();
  }

  /** Writes means and basis, and returns the component images. */
  private static Tensor encode(Tensor level, int qp, PayloadWriter out) {
    PrincipalComponents principal = new PrincipalComponents(level);
    double distortion = distortion(principal.project(level, 1, new float[level.channels()]), qp);
    double[] variances = principal.variances();
    double sum = 0;
    int count = 0;
    for (double variance : variances) {
      sum += Math.max(variance, 0);
      if (variance > distortion) {
        count++;
      }
    }
    count = Math.max(count, 1);
    double step = sum > 0 ? Math.sqrt(3 * distortion / sum) : COARSEST;
    Coefficients means = Coefficients.of(principal.means(), Math.sqrt(3 * distortion));
    Coefficients basis =
        Coefficients.of(principal.basis(count), Math.clamp(step, FINEST, COARSEST));
    out.varint(level.channels()).varint(count);
    means.write(out);
    basis.write(out);
    return principal.project(level, count, means.values());
  }

  /**
   * Mean squared error of a uniform quantiser with the step of a QP, which is 2^((QP - 4) / 6) of the 256 values of a sample of 8 bits, on
   * images of the range of the first component.
   */
  private static double distortion(Tensor first, int qp) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (float value : first.data()) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    double step = (max - min) / 255 * StrictMath.pow(2, (qp - 4) / 6.0);
    return step * step / 12;
  }

  /** What a payload says of a level. */
  private record Level(float[] means, float[] basis, int components) {}

  private List<Level> read(StreamFrame frame, PayloadReader in) throws StreamException {
    List<Level> levels = new ArrayList<>();
    for (LevelShape shape : frame.shapes()) {
      int channels = in.varint("channels", 1, limits().maxChannels());
      int count = in.varint("components", 1, channels);
      requireRoom(channels * shape.pixels() + 2L * channels * count);
      float[] means = Coefficients.read(in, channels).values();
      levels.add(new Level(means, Coefficients.read(in, channels * count).values(), count));
    }
    return levels;
  }

  @Override
  protected FeaturePyramid decodePayload(StreamFrame frame) throws StreamException {
    PayloadReader in = new PayloadReader(frame.payload());
    List<Level> levels = read(frame, in);
    FeaturePyramid components = components(frame, levels, in.rest("components"));
    List<Tensor> restored = new ArrayList<>();
    for (int i = 0; i < levels.size(); i++) {
      Tensor level = restore(levels.get(i), components.level(i));
      if (!level.isFinite()) {
        throw in.corrupt("step", "makes features that are not finite");
      }
      restored.add(level);
    }
    return FeaturePyramid.of(restored);
  }

  /** The component images, if they are those of such levels. */
  private FeaturePyramid components(StreamFrame frame, List<Level> levels, byte[] stream)
      throws StreamException {
    int[] counts = levels.stream().mapToInt(Level::components).toArray();
    try {
      StreamFile file = images.open(stream);
      file.requireIntact();
      StreamFrame inner = file.frame(0);
      if (file.frameCount() != 1
          || !inner.shapes().equals(frame.shapes())
          || !Arrays.equals(images.channels(inner), counts)) {
        throw new StreamException.Corrupt(0, "components", "are not those of the levels");
      }
      return images.decode(file, 0);
    } catch (StreamException.Truncated e) {
      throw new StreamException.Corrupt(0, "components", String.valueOf(e.getMessage()));
    }
  }

  /** Each channel's mean, and the components with the weights of the channel, in their order. */
  private static Tensor restore(Level level, Tensor components) {
    int channels = level.means.length;
    int count = level.components;
    Tensor restored = Tensor.zeros(components.height(), components.width(), channels);
    float[] sums = new float[channels];
    for (int p = 0; p < components.height() * components.width(); p++) {
      System.arraycopy(level.means, 0, sums, 0, channels);
      for (int k = 0; k < count; k++) {
        float component = components.data()[p * count + k];
        for (int c = 0; c < channels; c++) {
          sums[c] += component * level.basis[k * channels + c];
        }
      }
      System.arraycopy(sums, 0, restored.data(), p * channels, channels);
    }
    return restored;
  }

  @Override
  public int[] channels(StreamFrame frame) throws StreamException {
    return read(frame, new PayloadReader(frame.payload())).stream()
        .mapToInt(level -> level.means.length)
        .toArray();
  }

  @Override
  public Map<String, Double> payloadBits(StreamFrame frame) throws StreamException {
    PayloadReader in = new PayloadReader(frame.payload());
    read(frame, in);
    Map<String, Double> bits = new LinkedHashMap<>();
    bits.put("basis", 8.0 * (frame.payload().length - in.remaining()));
    bits.put("components", 8.0 * in.remaining());
    return bits;
  }
}
