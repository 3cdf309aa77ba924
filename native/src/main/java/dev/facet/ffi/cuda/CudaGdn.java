package dev.facet.ffi.cuda;

import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** A GDN whose parameters are on the device. */
final class CudaGdn implements Gdn {
  private final GdnParameters p;
  private final CudaDevice device;
  private final MemorySegment gdn;

  CudaGdn(GdnParameters parameters, CudaDevice device) {
    this.p = parameters;
    this.device = device;
    int c = p.channels();
    float[] rows = new float[c * c]; // gamma transposed: [j][i]
    for (int i = 0; i < c; i++) {
      for (int j = 0; j < c; j++) {
        rows[j * c + i] = p.gamma()[i * c + j];
      }
    }
    gdn = device.gdn(p.beta(), rows, p.inverse());
    MemorySegment handle = gdn;
    CudaDevice.CLEANER.register(this, () -> device.freeGdn(handle));
  }

  @Override
  public GdnParameters parameters() {
    return p;
  }

  @Override
  public Tensor apply(Tensor x, @Nullable Tensor residual) {
    if (x.channels() != p.channels()) {
      throw new IllegalArgumentException("GDN of " + p.channels() + " channels applied to " + x);
    }
    CudaBackend.requireShape("residual", x, residual);
    int pixels = x.height() * x.width();
    DeviceArray y = new DeviceArray(device, pixels * x.channels());
    try (Operands on = new Operands(device)) {
      device.normalize(gdn, on.at(x), pixels, on.at(residual), on.result(y));
    } finally {
      Reference.reachabilityFence(this); // whose cleaner frees the parameters
    }
    return Tensor.of(x.height(), x.width(), x.channels(), y);
  }
}
