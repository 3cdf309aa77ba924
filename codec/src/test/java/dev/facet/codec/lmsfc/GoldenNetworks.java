package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.entropy.GaussianConditional;
import dev.facet.entropy.GaussianVariant;
import dev.facet.entropy.JointAutoregressive;
import dev.facet.entropy.LatentModel;
import dev.facet.entropy.MeanScaleHyperprior;
import dev.facet.entropy.QuantizedLatent;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the networks of a golden model with the reference, each from the reference's own input
 * to it.
 */
final class GoldenNetworks {
  /** For y, z and the hyper parameters. */
  private static final double LATENT_TOLERANCE = 1e-5;

  /** For decoded levels: DRNet is deep. */
  private static final double LEVEL_TOLERANCE = 5e-5;

  private final Backend backend;
  private final LmsfcNetworks networks;
  private final Closeness latents = new Closeness(LATENT_TOLERANCE);
  private final Closeness levels = new Closeness(LEVEL_TOLERANCE);

  GoldenNetworks(Backend backend, LmsfcNetworks networks) {
    this.backend = backend;
    this.networks = networks;
  }

  /** Checks analysis, entropy parameters and synthesis on one input. */
  void check(GoldenModel golden) throws CheckpointException {
    PyramidPadding padding = golden.padding();
    List<Tensor> pyramid = golden.pyramid();
    List<Tensor> padded = new ArrayList<>();
    for (int level = 0; level < PyramidPadding.LEVELS; level++) {
      padded.add(padding.pad(backend, level, pyramid.get(level)));
    }
    Tensor y = networks.ga().apply(padded);
    latents.compare(golden + " y", y, golden.expected(golden.isFull() ? "y_f64" : "y"));
    Tensor z = networks.ha().apply(golden.tensor("y"));
    latents.compare(golden + " z", z, golden.expected("z"));
    Tensor hyper = networks.hs().apply(golden.tensor("z_hat"));
    latents.compare(golden + " hyper_params", hyper, golden.expected("hyper_params"));
    assertThat(List.of(y.height(), y.width(), z.height(), z.width()))
        .containsExactly(
            padding.latentHeight(),
            padding.latentWidth(),
            padding.hyperHeight(),
            padding.hyperWidth());
    checkSymbols(golden, y, hyper);
    checkLevels(golden, networks.gs().apply(golden.tensor("y_hat")), pyramid);
  }

  /** Our y and hyper parameters lead to exactly the reference's symbols and table rows. */
  private void checkSymbols(GoldenModel golden, Tensor y, Tensor hyper) throws CheckpointException {
    GaussianConditional gaussian = GaussianConditional.of(GaussianVariant.TORCH_1_13_AVX2);
    LmsfcNetworks.Context context = networks.context();
    LatentModel model =
        context == null
            ? new MeanScaleHyperprior(gaussian)
            : new JointAutoregressive(context.model(), context.parameters(), gaussian);
    QuantizedLatent latent = model.quantize(y, hyper);
    assertThat(chw(latent.symbols(), y))
        .as("%s symbols", golden)
        .isEqualTo(ints(golden, "symbols"));
    assertThat(chw(latent.indexes(), y))
        .as("%s indexes", golden)
        .isEqualTo(ints(golden, "indexes"));
    latents.compare(golden + " y_hat", latent.yHat(), golden.expected("y_hat"));
  }

  private void checkLevels(GoldenModel golden, List<Tensor> decoded, List<Tensor> pyramid)
      throws CheckpointException {
    for (int i = 0; i < PyramidPadding.LEVELS; i++) {
      Tensor original = pyramid.get(i);
      Tensor level =
          golden.padding().crop(backend, i, decoded.get(i), original.height(), original.width());
      checkLevel(golden, "p" + (i + 2), level);
      if (i == PyramidPadding.LEVELS - 1) {
        checkLevel(golden, "p6", PyramidPadding.p6(backend, level));
      }
    }
  }

  private void checkLevel(GoldenModel golden, String name, Tensor level)
      throws CheckpointException {
    String what = golden + " " + name;
    levels.compare(what, golden.stored("stored_channels", name, level), golden.expected(name));
    if (golden.isFull() && !name.equals("p6")) {
      levels.compare(
          what + "_f64",
          golden.stored("stored_channels_f64", name, level),
          golden.expected(name + "_f64"));
    }
  }

  private static int[] ints(GoldenModel golden, String name) throws CheckpointException {
    return golden.expected(name).ints();
  }

  private static int[] chw(int[] hwc, Tensor y) {
    int channels = y.channels();
    int positions = hwc.length / channels;
    int[] chw = new int[hwc.length];
    for (int i = 0; i < hwc.length; i++) {
      chw[i % channels * positions + i / channels] = hwc[i];
    }
    return chw;
  }

  @Override
  public String toString() {
    return backend.name() + ": latents: " + latents + "; levels: " + levels;
  }
}
