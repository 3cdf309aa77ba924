package dev.facet.codec.lmsfc;

import dev.facet.entropy.ContextModel;
import dev.facet.entropy.EntropyParameters;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import org.jspecify.annotations.Nullable;

/**
 * The networks of one checkpoint, checked to fit together.
 *
 * @param ga fusion and encoding, {@code g_a}
 * @param gs decoding and reconstruction, {@code g_s}
 * @param ha hyper encoder, {@code h_a}
 * @param hs hyper decoder, {@code h_s}
 * @param context the context model and what follows it; null in the variant without context model
 */
public record LmsfcNetworks(
    FENet ga, DRNet gs, HyperEncoder ha, HyperDecoder hs, @Nullable Context context) {
  /**
   * The two networks that only the variant with context model has.
   *
   * @param model {@code context_prediction}
   * @param parameters {@code entropy_parameters}
   */
  public record Context(ContextModel model, EntropyParameters parameters) {}

  /**
   * Reads all networks. Whether there is a context model follows from the checkpoint.
   *
   * @param w the checkpoint's root, keys spelled as by CompressAI 1.1.5, see {@link
   *     dev.facet.nn.checkpoint.CompressAiKeys#canonical}
   * @throws CheckpointException if weights are missing, misshapen or not finite, or networks do not
   *     fit together
   */
  public static LmsfcNetworks read(Weights w) throws CheckpointException {
    FENet ga = new FENet(w.at("g_a"));
    DRNet gs = new DRNet(w.at("g_s"));
    HyperEncoder ha = new HyperEncoder(w.at("h_a"));
    HyperDecoder hs = new HyperDecoder(w.at("h_s"));
    int m = ga.latentChannels();
    w.require(
        gs.featureChannels() == ga.featureChannels(),
        "g_a takes %d feature channels, g_s gives %d",
        ga.featureChannels(),
        gs.featureChannels());
    requireChannels(w, "g_s takes", gs.latentChannels(), m);
    requireChannels(w, "h_a takes", ha.latentChannels(), m);
    requireChannels(w, "h_s takes", hs.hyperChannels(), ha.hyperChannels());
    requireChannels(w, "h_s gives", hs.parameterChannels(), 2 * m);
    if (!w.has("context_prediction.weight")) {
      return new LmsfcNetworks(ga, gs, ha, hs, null);
    }
    ContextModel model = new ContextModel(w.at("context_prediction"));
    EntropyParameters parameters = new EntropyParameters(w.at("entropy_parameters"));
    requireChannels(w, "context_prediction takes", model.latentChannels(), m);
    requireChannels(
        w,
        "entropy_parameters takes",
        parameters.inChannels(),
        hs.parameterChannels() + model.contextChannels());
    requireChannels(w, "entropy_parameters gives", parameters.outChannels(), 2 * m);
    return new LmsfcNetworks(ga, gs, ha, hs, new Context(model, parameters));
  }

  /** F, the channels of every level. */
  public int featureChannels() {
    return ga.featureChannels();
  }

  /** M, the channels of y. */
  public int latentChannels() {
    return ga.latentChannels();
  }

  /** The channels of z. */
  public int hyperChannels() {
    return ha.hyperChannels();
  }

  private static void requireChannels(Weights w, String what, int channels, int needed)
      throws CheckpointException {
    w.require(channels == needed, "%s %d channels, %d are needed", what, channels, needed);
  }
}
