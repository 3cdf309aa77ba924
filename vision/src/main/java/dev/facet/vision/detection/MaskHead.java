package dev.facet.vision.detection;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Elementary;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.TransposedConvolution;
import dev.facet.nn.TransposedConvolutionParameters;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.backbone.TorchvisionKeys;
import java.util.ArrayList;
import java.util.List;

/**
 * The mask head of Mask R-CNN (He et al. 2017, fig. 4 right): four 3x3 convolutions and a 2x2
 * transposed one of stride 2, each with ReLU, then a 1x1 convolution and the sigmoid. A region
 * (14, 14, F) to the mask (28, 28, 1) of one of K classes.
 *
 * <p>Keys: {@code mask_head.i.0}, or {@code mask_head.mask_fcn1}, ... in torchvision's published
 * files; {@code mask_predictor.conv5_mask}, {@code mask_predictor.mask_fcn_logits}.
 */
final class MaskHead {
  /** Bins of a box along each side. */
  static final int SIDE = 14;

  private static final int CONVOLUTIONS = 4;
  private static final int UPSAMPLING = 2;

  private final Backend backend;
  private final List<Conv2d> convolutions = new ArrayList<>();
  private final TransposedConvolution upsample;
  private final Conv2d logits;

  MaskHead(Weights w) throws CheckpointException {
    backend = w.backend();
    Weights head = w.at("mask_head");
    for (int i = 0; i < CONVOLUTIONS; i++) {
      Conv2d conv = new Conv2d(TorchvisionKeys.either(head, i + ".0", "mask_fcn" + (i + 1)), 3);
      if (i > 0) {
        head.requireChain("convolution " + (i - 1), convolutions.getLast(), "the next", conv);
      }
      convolutions.add(conv);
    }
    Weights predictor = w.at("mask_predictor");
    int in = convolutions.getLast().outChannels();
    int out = predictor.shape("conv5_mask.weight", 4)[1];
    upsample =
        backend.transposedConvolution(
            TransposedConvolutionParameters.of(
                    in,
                    out,
                    UPSAMPLING,
                    UPSAMPLING,
                    predictor.floats("conv5_mask.weight", in, out, UPSAMPLING, UPSAMPLING))
                .bias(predictor.floats("conv5_mask.bias", out))
                .stride(UPSAMPLING)
                .build());
    logits = new Conv2d(predictor.at("mask_fcn_logits"), 1);
    predictor.require(
        logits.inChannels() == out,
        "conv5_mask gives %d channels, but mask_fcn_logits takes %d",
        out,
        logits.inChannels());
  }

  /**
   * Masks of n boxes.
   *
   * @param regions (n * 14, 14, F)
   * @param labels class of each box
   * @return probabilities, (28, 28, 1) for each box
   */
  List<Tensor> apply(Tensor regions, int[] labels) {
    List<Tensor> masks = new ArrayList<>();
    for (int i = 0; i < labels.length; i++) {
      Tensor x = backend.crop(regions, i * SIDE, 0, SIDE, SIDE);
      for (Conv2d conv : convolutions) {
        x = conv.apply(x, Epilogue.of(Activation.RELU));
      }
      masks.add(probability(logits.apply(upsample.apply(x, Activation.RELU)), labels[i]));
    }
    return masks;
  }

  private static Tensor probability(Tensor logits, int label) {
    Tensor mask = Tensor.zeros(logits.height(), logits.width(), 1);
    for (int i = 0; i < mask.data().length; i++) {
      mask.data()[i] = Elementary.sigmoid(logits.data()[i * logits.channels() + label]);
    }
    return mask;
  }

  int inChannels() {
    return convolutions.getFirst().inChannels();
  }

  /** K, the background among them. */
  int classes() {
    return logits.outChannels();
  }
}
