package dev.facet.nn;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A backend that counts multiply-adds instead of doing them: run a network on it to learn what it costs. Tensors have
 * their right shapes and hold zeros. As is usual in the field, convolutions alone count, and those as direct summation.
 */
public final class MacCounter extends CpuBackend {
  private final AtomicLong macs = new AtomicLong();

  /** Starts at zero. */
  public MacCounter() {
    super(1);
  }

  /** Multiply-adds since the last call. */
  public long take() {
    return macs.getAndSet(0);
  }

  @Override
  public String name() {
    return "count";
  }

  @Override
  public String description() {
    return "counts multiply-adds";
  }

  @Override
  public int vectorBits() {
    return 0;
  }

  @Override
  public Convolution convolution(ConvolutionParameters parameters) {
    return new Counted(parameters);
  }

  @Override
  public Gdn gdn(GdnParameters parameters) {
    return new Gdn() {
      @Override
      public GdnParameters parameters() {
        return parameters;
      }

      @Override
      public Tensor apply(Tensor x, @Nullable Tensor residual) {
        return x;
      }
    };
  }

  @Override
  public Tensor sigmoidGate(Tensor x, Tensor a, Tensor b) {
    return x;
  }

  @Override
  public Tensor scaleChannels(Tensor x, float[] factors) {
    return x;
  }

  private final class Counted implements Convolution {
    private final ConvolutionParameters p;

    Counted(ConvolutionParameters parameters) {
      this.p = parameters;
    }

    @Override
    public ConvolutionParameters parameters() {
      return p;
    }

    @Override
    public Tensor apply(Tensor x, Epilogue epilogue) {
      p.checkInput(x);
      macs.addAndGet(p.macs(x.height(), x.width()));
      return Tensor.zeros(
          p.gridHeight(x.height()) * p.subpixel(),
          p.gridWidth(x.width()) * p.subpixel(),
          p.outChannels());
    }

    @Override
    public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
      p.checkInput(x);
      macs.addAndGet((long) count * p.kernelChannels() * p.groupChannels() * p.taps());
      return Tensor.zeros(1, count, p.kernelChannels());
    }
  }
}
