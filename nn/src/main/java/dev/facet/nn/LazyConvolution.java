package dev.facet.nn;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A convolution whose weights are packed when it is first applied. Who only decodes never pays for the encoder's networks, in time or
 * in memory: packed Winograd filters take four times the room of the weights.
 */
public final class LazyConvolution implements Convolution {
  private volatile ConvolutionParameters parameters;
  private final Function<ConvolutionParameters, Convolution> pack;
  private volatile @Nullable Convolution packed;

  /**
   * Describes a convolution.
   *
   * @param pack packs the weights; called once
   */
  public LazyConvolution(
      ConvolutionParameters parameters, Function<ConvolutionParameters, Convolution> pack) {
    this.parameters = parameters;
    this.pack = pack;
  }

  @Override
  public ConvolutionParameters parameters() {
    return parameters;
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    return packed().apply(x, epilogue);
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    return packed().applyAt(x, positions, count, activation);
  }

  private Convolution packed() {
    Convolution known = packed;
    return known != null ? known : packOnce();
  }

  private synchronized Convolution packOnce() {
    Convolution known = packed;
    if (known == null) {
      known = pack.apply(parameters);
      packed = known;
      parameters = known.parameters(); // perhaps without the weights that are packed now
    }
    return known;
  }
}
