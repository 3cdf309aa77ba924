package dev.facet.codec.lmsfc;

import dev.facet.entropy.GaussianConditional;
import dev.facet.entropy.GaussianVariant;
import dev.facet.entropy.JointAutoregressive;
import dev.facet.nn.MacCounter;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a model's networks cost, counted by running them on {@link MacCounter}. */
public final class LmsfcComplexity {
  /** A pyramid that needs no padding: p2 of 64x64, an image of 256x256. */
  private static final int P2_SIDE = PyramidPadding.MULTIPLE;

  private static final double IMAGE_PIXELS = 16.0 * P2_SIDE * P2_SIDE;

  private LmsfcComplexity() {}

  /**
   * Thousands of multiply-adds (kMAC) for each pixel of an image whose sides are multiples of 256, by part: {@code g_a},
   * {@code h_a}, {@code h_s}, {@code context} (which includes the parameter network) and {@code g_s}. Encoding runs all but g_s,
   * decoding h_s, context and g_s.
   *
   * @throws CheckpointException if this is no L-MSFC checkpoint
   */
  public static Map<String, Double> of(Checkpoint weights) throws CheckpointException {
    try (MacCounter counter = new MacCounter()) {
      LmsfcNetworks networks = LmsfcNetworks.read(new Weights(counter, weights));
      List<Tensor> levels = new ArrayList<>();
      for (int i = 0; i < PyramidPadding.LEVELS; i++) {
        levels.add(Tensor.zeros(P2_SIDE >> i, P2_SIDE >> i, networks.featureChannels()));
      }
      Map<String, Double> parts = new LinkedHashMap<>();
      Tensor y = networks.ga().apply(levels);
      parts.put("g_a", perPixel(counter));
      Tensor z = networks.ha().apply(y);
      parts.put("h_a", perPixel(counter));
      Tensor hyperParameters = networks.hs().apply(z);
      parts.put("h_s", perPixel(counter));
      LmsfcNetworks.Context context = networks.context();
      if (context != null) {
        new JointAutoregressive(
                context.model(),
                context.parameters(),
                GaussianConditional.of(GaussianVariant.TORCH_1_13_AVX2))
            .quantize(y, hyperParameters);
        parts.put("context", perPixel(counter));
      }
      networks.gs().apply(y);
      parts.put("g_s", perPixel(counter));
      return parts;
    }
  }

  private static double perPixel(MacCounter counter) {
    return counter.take() / IMAGE_PIXELS / 1000;
  }
}
