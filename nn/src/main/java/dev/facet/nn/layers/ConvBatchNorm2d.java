package dev.facet.nn.layers;

import dev.facet.nn.BatchNorm;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;

/**
 * A convolution without bias and the batch normalisation after it, as one convolution: each
 * output channel's weights times the factor of {@link BatchNorm#fold}, its summand as bias, every
 * product rounded once. "Same" zero padding as {@link Conv2d}: (H, W, I) to (ceil(H / stride),
 * ceil(W / stride), O).
 *
 * <p>Keys: {@code weight} (O, I / groups, k, k) of the convolution; {@code weight}, {@code bias},
 * {@code running_mean} and {@code running_var} (O) of the normalisation, frozen or not.
 */
public final class ConvBatchNorm2d implements FusedLayer {
  private final Convolution convolution;

  /**
   * A convolution with normalisation.
   *
   * @param kernel odd side of the kernel, which the weights must have
   * @param groups into how many groups of channels it is split (ResNeXt); 1 for none
   * @param epsilon 1e-5 in most models; 0 in the published detection models of torchvision
   * @throws CheckpointException if weights are missing or misshapen, or the folded ones not finite
   */
  public ConvBatchNorm2d(
      Weights conv, Weights norm, int kernel, int stride, int groups, double epsilon)
      throws CheckpointException {
    int[] shape = conv.shape("weight", 4);
    int out = shape[0];
    conv.require(out % groups == 0, "%d output channels in %d groups", out, groups);
    float[] weight = conv.floats("weight", out, shape[1], kernel, kernel);
    BatchNorm folded =
        BatchNorm.fold(
            norm.floats("weight", out),
            norm.floats("bias", out),
            norm.floats("running_mean", out),
            norm.floats("running_var", out),
            epsilon);
    int fanIn = weight.length / out;
    for (int i = 0; i < weight.length; i++) {
      weight[i] *= folded.scale()[i / fanIn];
      conv.require(Float.isFinite(weight[i]), "weight times the factor of %s is not finite", norm);
    }
    for (float shift : folded.shift()) {
      norm.require(Float.isFinite(shift), "folds to the summand %s", shift);
    }
    convolution =
        conv.backend()
            .convolution(
                ConvolutionParameters.of(out, shape[1], kernel, kernel, weight)
                    .bias(folded.shift())
                    .stride(stride)
                    .padding(kernel / 2)
                    .groups(groups)
                    .build());
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    return convolution.apply(x, epilogue);
  }

  @Override
  public int inChannels() {
    return convolution.parameters().inChannels();
  }

  @Override
  public int outChannels() {
    return convolution.parameters().outChannels();
  }
}
