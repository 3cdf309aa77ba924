package dev.facet.vision.backbone;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.Weights;
import java.util.ArrayList;
import java.util.List;

/** One of conv2..conv5: residual blocks {@code 0}, {@code 1}, ..., the first with the stride. */
final class ResNetStage implements Layer {
  private final List<Layer> blocks = new ArrayList<>();

  ResNetStage(Weights w, int stride, boolean strideIn1x1, double epsilon)
      throws CheckpointException {
    do {
      int i = blocks.size();
      Weights at = w.at(i);
      int blockStride = i == 0 ? stride : 1;
      Layer block =
          at.has("conv3.weight")
              ? new Bottleneck(at, blockStride, strideIn1x1, epsilon)
              : new BasicBlock(at, blockStride, epsilon);
      if (i > 0) {
        w.requireChain("block " + (i - 1), blocks.getLast(), "block " + i, block);
      }
      blocks.add(block);
    } while (w.has(blocks.size() + ".conv1.weight"));
  }

  @Override
  public Tensor apply(Tensor x) {
    Tensor y = x;
    for (Layer block : blocks) {
      y = block.apply(y);
    }
    return y;
  }

  @Override
  public int inChannels() {
    return blocks.getFirst().inChannels();
  }

  @Override
  public int outChannels() {
    return blocks.getLast().outChannels();
  }
}
