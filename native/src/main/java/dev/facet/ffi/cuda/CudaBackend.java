package dev.facet.ffi.cuda;

import dev.facet.ffi.Library;
import dev.facet.ffi.LibraryException;
import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.BackendProvider;
import dev.facet.nn.Backends;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.CpuBackend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.LazyConvolution;
import dev.facet.nn.Tensor;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operations of the codec's networks on a CUDA device, with the bits of every other backend. Results stay in the device's memory
 * until somebody reads them. Single positions of a convolution, which a context model asks for between two symbols, and what only
 * vision networks need are computed on the host.
 */
public final class CudaBackend extends CpuBackend {
  private final CudaDevice device;
  private final Backend host;

  CudaBackend(CudaDevice device, Backend host) {
    super(host.threads());
    this.device = device;
    this.host = host;
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String description() {
    return "cuda, " + device.description() + "; " + host.description();
  }

  @Override
  public int vectorBits() {
    return Float.SIZE;
  }

  @Override
  public Convolution convolution(ConvolutionParameters parameters) {
    Convolution onHost = host.convolution(parameters);
    Convolution onDevice = new LazyConvolution(parameters, p -> new CudaConvolution(p, device));
    return new Convolution() {
      @Override
      public ConvolutionParameters parameters() {
        return onDevice.parameters();
      }

      @Override
      public Tensor apply(Tensor x, Epilogue epilogue) {
        return onDevice.apply(x, epilogue);
      }

      @Override
      public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
        return onHost.applyAt(x, positions, count, activation);
      }
    };
  }

  @Override
  public Gdn gdn(GdnParameters parameters) {
    return new CudaGdn(parameters, device);
  }

  @Override
  public Tensor sigmoidGate(Tensor x, Tensor a, Tensor b) {
    requireSameShape("gate", x, a);
    requireSameShape("gate", x, b);
    int n = elements(x);
    DeviceArray y = new DeviceArray(device, n);
    try (Operands on = new Operands(device)) {
      device.gate(on.at(x), on.at(a), on.at(b), n, on.result(y));
    }
    return Tensor.of(x.height(), x.width(), x.channels(), y);
  }

  @Override
  public Tensor activate(Tensor x, Activation activation) {
    int n = elements(x);
    DeviceArray y = new DeviceArray(device, n);
    try (Operands on = new Operands(device)) {
      device.activate(on.at(x), n, number(activation), on.result(y));
    }
    return Tensor.of(x.height(), x.width(), x.channels(), y);
  }

  @Override
  public Tensor scaleChannels(Tensor x, float[] factors) {
    if (factors.length != x.channels()) {
      throw new IllegalArgumentException(factors.length + " factors for " + x);
    }
    DeviceArray y = new DeviceArray(device, elements(x));
    try (Operands on = new Operands(device)) {
      device.scale(on.at(x), (long) x.height() * x.width(), factors, on.result(y));
    }
    return Tensor.of(x.height(), x.width(), x.channels(), y);
  }

  @Override
  public Tensor concat(Tensor a, Tensor b) {
    if (a.height() != b.height() || a.width() != b.width()) {
      throw new IllegalArgumentException("concat of " + a + " and " + b);
    }
    DeviceArray y = new DeviceArray(device, Math.addExact(elements(a), elements(b)));
    try (Operands on = new Operands(device)) {
      device.concat(
          on.at(a),
          a.channels(),
          on.at(b),
          b.channels(),
          (long) a.height() * a.width(),
          on.result(y));
    }
    return Tensor.of(a.height(), a.width(), a.channels() + b.channels(), y);
  }

  @Override
  protected Tensor pick(Tensor x, int[] rows, int[] columns) {
    int n = Math.multiplyExact(Math.multiplyExact(rows.length, columns.length), x.channels());
    DeviceArray y = new DeviceArray(device, n);
    try (Operands on = new Operands(device)) {
      device.pick(on.at(x), x.width(), x.channels(), rows, columns, on.result(y));
    }
    return Tensor.of(rows.length, columns.length, x.channels(), y);
  }

  private static int elements(Tensor x) {
    return Math.multiplyExact(Math.multiplyExact(x.height(), x.width()), x.channels());
  }

  @Override
  public void close() {
    super.close();
    host.close();
    device.close();
  }

  static void requireShape(String operation, Tensor x, @Nullable Tensor other) {
    if (other != null) {
      requireSameShape(operation, x, other);
    }
  }

  /** The activation's number in facet_cuda.h. */
  static int number(Activation activation) {
    return switch (activation) {
      case IDENTITY -> 0;
      case RELU -> 1;
      case LEAKY_RELU -> 2;
    };
  }

  /** Offers the backend where {@code -Ddev.facet.ffi.facet_cuda} names the library. */
  public static final class Provider implements BackendProvider {
    private static final String PROPERTY = Library.PROPERTY + CudaDevice.LIBRARY;
    private static final int PRIORITY = 200;

    @Override
    public String name() {
      return "cuda";
    }

    @Override
    public int priority() {
      return PRIORITY;
    }

    @Override
    public Optional<String> unavailable() {
      if (System.getProperty(PROPERTY) == null) {
        return Optional.of("-D" + PROPERTY + "=FILE names no library (native/cuda builds it)");
      }
      try {
        CudaDevice.open().close();
        return Optional.empty();
      } catch (LibraryException e) {
        return Optional.of(e.getMessage());
      }
    }

    @Override
    public Backend create(int threads) {
      try {
        return new CudaBackend(CudaDevice.open(), onHost(threads));
      } catch (LibraryException e) {
        throw new IllegalStateException(e.getMessage(), e); // it was there a moment ago
      }
    }

    private static Backend onHost(int threads) {
      try {
        return Backends.open("simd", threads);
      } catch (IllegalStateException e) {
        return Backends.open("scalar", threads);
      }
    }
  }
}
