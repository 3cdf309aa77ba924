package dev.facet.simd;

import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Elementary;
import dev.facet.nn.Fma;
import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.LazyConvolution;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import jdk.incubator.vector.FloatVector;

/** The operations on vectors of channels. Same bits as {@link ScalarBackend}, always. */
final class SimdBackend extends CpuBackend {
  private static final int PIECE = 1 << 16;

  private final Workspace workspace =
      new Workspace(parallel(), pool(), ThreadLocal.withInitial(Scratch::new), new AtomicLong());
  private final ScalarBackend scalar = new ScalarBackend(1);

  SimdBackend(int threads) {
    super(threads);
  }

  @Override
  public String name() {
    return "simd";
  }

  @Override
  public String description() {
    return String.format(Locale.ROOT, "simd, %d-bit vectors, %s", vectorBits(), execution());
  }

  @Override
  public int vectorBits() {
    return Simd.F.vectorBitSize();
  }

  @Override
  public Convolution convolution(ConvolutionParameters parameters) {
    return new LazyConvolution(
        parameters,
        p ->
            p.winograd()
                ? new SimdWinogradConvolution(p, workspace)
                : new SimdConvolution(p, workspace));
  }

  @Override
  public Gdn gdn(GdnParameters parameters) {
    return new SimdGdn(parameters, workspace);
  }

  @Override
  public Tensor sigmoidGate(Tensor x, Tensor a, Tensor b) {
    requireSameShape("gate", x, a);
    requireSameShape("gate", x, b);
    Tensor y = pool().take(x.height(), x.width(), x.channels());
    int n = y.data().length;
    parallel()
        .forEach(
            (n + PIECE - 1) / PIECE,
            i ->
                gate(
                    x.data(),
                    a.data(),
                    b.data(),
                    y.data(),
                    i * PIECE,
                    Math.min(n, (i + 1) * PIECE)));
    return y;
  }

  private static void gate(float[] x, float[] a, float[] b, float[] y, int from, int to) {
    int i = from;
    for (; i <= to - Simd.LANES; i += Simd.LANES) {
      FloatVector s = Simd.sigmoid(FloatVector.fromArray(Simd.F, b, i));
      FloatVector v = FloatVector.fromArray(Simd.F, a, i);
      Simd.fma(v, s, FloatVector.fromArray(Simd.F, x, i)).intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = Fma.fma(a[i], Elementary.sigmoid(b[i]), x[i]);
    }
  }

  @Override
  public Tensor scaleChannels(Tensor x, float[] factors) {
    return scalar.scaleChannels(x, factors); // a latent has too few elements to gain from vectors
  }

  @Override
  public void close() {
    super.close();
    scalar.close();
  }
}
