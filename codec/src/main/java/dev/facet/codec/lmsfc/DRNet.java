package dev.facet.codec.lmsfc;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.AttentionBlock;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.ResidualBlock;
import dev.facet.nn.layers.ResidualBlockUpsample;
import dev.facet.nn.layers.Sequential;
import dev.facet.nn.layers.SubpelConv2d;
import dev.facet.nn.layers.Weights;
import java.util.List;

/**
 * The decoding and reconstruction network, {@code g_s} (class FeatureSynthesis of the authors'
 * code): attention, one independent branch for each level, then bottom-up mixing, from the finest
 * level to the coarsest.
 *
 * <p>y_hat of (h, w, M) to padded levels p2..p5 of (16h, 16w, F), (8h, 8w, F), (4h, 4w, F), (2h,
 * 2w, F).
 */
public final class DRNet {
  private final Layer attention;
  private final Sequential p2Decoder;
  private final Sequential p3Decoder;
  private final Sequential p4Decoder;
  private final Sequential p5Decoder;
  private final FeatureMixingBlock fmb23;
  private final FeatureMixingBlock fmb34;
  private final FeatureMixingBlock fmb45;

  /** Reads the network at {@code g_s}. */
  public DRNet(Weights w) throws CheckpointException {
    Weights attentionWeights = w.at("decoder_attention");
    attention = attentionWeights.observed(new AttentionBlock(attentionWeights));
    p2Decoder =
        Sequential.of(
            w.at("p2Decoder"),
            ResidualBlock::new,
            ResidualBlockUpsample::new,
            ResidualBlock::new,
            ResidualBlockUpsample::new,
            AttentionBlock::new,
            ResidualBlock::new,
            ResidualBlockUpsample::new,
            ResidualBlock::new,
            SubpelConv2d::new);
    p3Decoder =
        Sequential.of(
            w.at("p3Decoder"),
            ResidualBlock::new,
            ResidualBlockUpsample::new,
            ResidualBlock::new,
            ResidualBlockUpsample::new,
            AttentionBlock::new,
            ResidualBlock::new,
            ResidualBlockUpsample::new);
    p4Decoder =
        Sequential.of(
            w.at("p4Decoder"),
            ResidualBlock::new,
            ResidualBlockUpsample::new,
            ResidualBlock::new,
            ResidualBlockUpsample::new);
    p5Decoder = Sequential.of(w.at("p5Decoder"), ResidualBlock::new, ResidualBlockUpsample::new);
    fmb23 = new FeatureMixingBlock(w.at("fmb23"));
    fmb34 = new FeatureMixingBlock(w.at("fmb34"));
    fmb45 = new FeatureMixingBlock(w.at("fmb45"));
    requireBranch(w, "p2Decoder", p2Decoder, fmb23);
    requireBranch(w, "p3Decoder", p3Decoder, fmb23);
    requireBranch(w, "p4Decoder", p4Decoder, fmb34);
    requireBranch(w, "p5Decoder", p5Decoder, fmb45);
  }

  private void requireBranch(Weights w, String name, Sequential branch, FeatureMixingBlock mixing)
      throws CheckpointException {
    w.requireChain("decoder_attention", attention, name, branch);
    w.require(
        branch.outChannels() == featureChannels() && mixing.channels() == featureChannels(),
        "%s gives %d channels, its mixing block takes %d, and p2 has %d",
        name,
        branch.outChannels(),
        mixing.channels(),
        featureChannels());
  }

  /**
   * Restores the padded pyramid.
   *
   * @return p2..p5
   * @throws IllegalArgumentException if yHat has another channel count
   */
  public List<Tensor> apply(Tensor yHat) {
    try (Tensor y = attention.apply(yHat)) {
      Tensor p2 = p2Decoder.apply(y);
      Tensor p3 = mix(fmb23, p2, p3Decoder, y);
      Tensor p4 = mix(fmb34, p3, p4Decoder, y);
      Tensor p5 = mix(fmb45, p4, p5Decoder, y);
      return List.of(p2, p3, p4, p5);
    }
  }

  private static Tensor mix(FeatureMixingBlock mixing, Tensor finer, Layer branch, Tensor y) {
    try (Tensor coarser = branch.apply(y)) {
      return mixing.apply(finer, coarser);
    }
  }

  /** F, the channels of every level. */
  public int featureChannels() {
    return p2Decoder.outChannels();
  }

  /** M, the channels of y_hat. */
  public int latentChannels() {
    return attention.inChannels();
  }
}
