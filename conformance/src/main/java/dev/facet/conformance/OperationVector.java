package dev.facet.conformance;

import dev.facet.codec.FeatureDigest;
import dev.facet.codec.FeaturePyramid;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import java.util.List;

/**
 * One operation of the {@link Backend} on inputs made by {@link Noise}.
 *
 * @param computation its results are finite or infinite, never NaN, whose bits differ between processors
 */
record OperationVector(String name, boolean small, Computation computation)
    implements ConformanceVector {
  /** What runs on the backend. */
  interface Computation {
    List<Tensor> on(Backend backend);
  }

  /** {@link FeatureDigest} of the results. */
  byte[] digest(Backend backend) {
    return FeatureDigest.of(FeaturePyramid.of(computation.on(backend)));
  }
}
