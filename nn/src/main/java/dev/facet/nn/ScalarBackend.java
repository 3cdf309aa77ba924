package dev.facet.nn;

import java.util.Optional;

/**
 * The readable definition of every operation's arithmetic, and the backend that runs where nothing faster can. Inner loops index
 * every array from 0 with one variable, the form that C2 turns into vector code without the incubating module.
 */
public final class ScalarBackend extends CpuBackend {
  /**
   * @param threads worker threads, at least 1
   */
  public ScalarBackend(int threads) {
    super(threads);
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public String description() {
    return "scalar, " + execution();
  }

  @Override
  public int vectorBits() {
    return Float.SIZE;
  }

  @Override
  public Convolution convolution(ConvolutionParameters parameters) {
    return new LazyConvolution(
        parameters,
        p ->
            p.winograd()
                ? new ScalarWinogradConvolution(p, parallel())
                : new ScalarConvolution(p, parallel()));
  }

  @Override
  public Gdn gdn(GdnParameters parameters) {
    return new ScalarGdn(parameters, parallel());
  }

  @Override
  public Tensor sigmoidGate(Tensor x, Tensor a, Tensor b) {
    requireSameShape("gate", x, a);
    requireSameShape("gate", x, b);
    Tensor y = Tensor.zeros(x.height(), x.width(), x.channels());
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = Fma.fma(a.data()[i], Elementary.sigmoid(b.data()[i]), x.data()[i]);
    }
    return y;
  }

  @Override
  public Tensor scaleChannels(Tensor x, float[] factors) {
    int c = x.channels();
    if (factors.length != c) {
      throw new IllegalArgumentException(factors.length + " factors for " + x);
    }
    Tensor y = Tensor.zeros(x.height(), x.width(), c);
    for (int i = 0; i < y.data().length; i++) {
      y.data()[i] = x.data()[i] * factors[i % c];
    }
    return y;
  }

  /** Always there. */
  static final class Provider implements BackendProvider {
    @Override
    public String name() {
      return "scalar";
    }

    @Override
    public int priority() {
      return 0;
    }

    @Override
    public Optional<String> unavailable() {
      return Optional.empty();
    }

    @Override
    public Backend create(int threads) {
      return new ScalarBackend(threads);
    }
  }
}
