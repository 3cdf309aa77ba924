package dev.facet.vision.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.Backend;
import dev.facet.nn.ScalarBackend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.testing.TinyDetector;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Where a bottleneck has its stride. */
class StrideTest {
  /** In the 1x1 convolution, every second pixel is never looked at. */
  @Test
  void strideInTheFirstConvolutionIsSubsampling() throws CheckpointException {
    try (Backend backend = new ScalarBackend(1)) {
      Weights w = new Weights(backend, TinyDetector.resNeXt(4)).at("backbone.body.layer2.0");
      Tensor x = Tensor.zeros(10, 12, 16);
      SplittableRandom random = new SplittableRandom(8);
      for (int i = 0; i < x.data().length; i++) {
        x.data()[i] = (float) random.nextDouble();
      }
      Tensor strided = new Bottleneck(w, 2, true, 1e-5).apply(x);
      Tensor subsampled = new Bottleneck(w, 1, true, 1e-5).apply(backend.subsample(x));
      assertThat(strided.sameBits(subsampled)).isTrue();
      Tensor in3x3 = new Bottleneck(w, 2, false, 1e-5).apply(x);
      assertThat(in3x3.height()).isEqualTo(strided.height());
      assertThat(in3x3.sameBits(strided)).isFalse();
    }
  }
}
