package dev.facet.ffi.cuda;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Tensor;
import dev.facet.nn.Winograd;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/** A convolution whose weights are on the device. */
final class CudaConvolution implements Convolution {
  private final ConvolutionParameters p;
  private final CudaDevice device;
  private final MemorySegment convolution;

  CudaConvolution(ConvolutionParameters parameters, CudaDevice device) {
    this.p = parameters.withoutWeights();
    this.device = device;
    int[] shape = {
      p.kernelChannels(),
      p.groupChannels(),
      p.kernelHeight(),
      p.kernelWidth(),
      p.stride(),
      p.padding(),
      p.dilation(),
      p.groups(),
      p.taps(),
      p.subpixel(),
      p.winograd() ? 1 : 0
    };
    convolution =
        device.convolution(
            shape, p.winograd() ? filters(parameters) : taps(parameters), p.biases());
    MemorySegment handle = convolution;
    CudaDevice.CLEANER.register(this, () -> device.freeConvolution(handle));
  }

  @Override
  public ConvolutionParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, Epilogue epilogue) {
    p.checkInput(x);
    int height = p.gridHeight(x.height()) * p.subpixel();
    int width = p.gridWidth(x.width()) * p.subpixel();
    DeviceArray y = new DeviceArray(device, Math.multiplyExact(height * width, p.outChannels()));
    Tensor output = Tensor.of(height, width, p.outChannels(), y);
    CudaBackend.requireShape("residual", output, epilogue.before());
    CudaBackend.requireShape("residual", output, epilogue.after());
    try (Operands on = new Operands(device)) {
      device.convolve(
          convolution,
          on.at(x),
          x.height(),
          x.width(),
          on.at(epilogue.before()),
          CudaBackend.number(epilogue.activation()),
          on.at(epilogue.after()),
          on.result(y));
    } finally {
      Reference.reachabilityFence(this); // whose cleaner frees the weights
    }
    return output;
  }

  @Override
  public Tensor applyAt(Tensor x, int[] positions, int count, Activation activation) {
    throw new UnsupportedOperationException("single positions are computed on the host");
  }

  /** Section 2 of docs/numerics.md: row tap * group channels + channel. */
  private static float[] taps(ConvolutionParameters p) {
    int columns = p.kernelChannels();
    float[] rows =
        new float[Math.multiplyExact(Math.multiplyExact(p.taps(), p.groupChannels()), columns)];
    for (int tap = 0, at = 0; tap < p.taps(); tap++) {
      for (int i = 0; i < p.groupChannels(); i++) {
        for (int o = 0; o < columns; o++) {
          rows[at++] = p.weight(o, i, tap / p.kernelWidth(), tap % p.kernelWidth());
        }
      }
    }
    return rows;
  }

  /** Section 3: row position * channels + channel. */
  private static float[] filters(ConvolutionParameters p) {
    int in = p.groupChannels();
    int columns = p.kernelChannels();
    float[] rows = new float[Math.multiplyExact(Winograd.POSITIONS * in, columns)];
    float[][] u = new float[Winograd.POSITIONS][columns];
    for (int i = 0; i < in; i++) {
      Winograd.transformFilters(p, i, u);
      for (int position = 0; position < u.length; position++) {
        System.arraycopy(u[position], 0, rows, (position * in + i) * columns, columns);
      }
    }
    return rows;
  }
}
