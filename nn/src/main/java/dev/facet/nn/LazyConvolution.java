package dev.facet.nn;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A convolution whose weights are packed when it is first applied. Who only decodes never pays for the encoder's networks, in time or
 * in memory.
 */
public final class LazyConvolution implements Convolution {
  private final ConvolutionParameters shape;
  private final Function<ConvolutionParameters, Convolution> pack;

  /** Null once packed, so that the weights are not held twice. */
  private @Nullable ConvolutionParameters weights;

  private volatile @Nullable Convolution packed;

  /**
   * Describes a convolution.
   *
   * @param pack packs the weights; called once
   */
  public LazyConvolution(
      ConvolutionParameters parameters, Function<ConvolutionParameters, Convolution> pack) {
    this.shape = parameters.withoutWeights();
    this.weights = parameters;
    this.pack = pack;
  }

  /** The parameters without weights. */
  @Override
  public ConvolutionParameters parameters() {
    return shape;
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
      known = pack.apply(Objects.requireNonNull(weights));
      packed = known;
      weights = null;
    }
    return known;
  }
}
