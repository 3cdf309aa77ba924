package dev.facet.vision.backbone;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Resize;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Conv2d;
import dev.facet.nn.layers.Weights;
import java.util.ArrayList;
import java.util.List;

/**
 * The feature pyramid network (Lin et al. 2017, fig. 3): from the coarsest map on, a 1x1
 * convolution of each, plus the sum of the coarser ones repeated to its size (nearest), then a 3x3
 * convolution. Maps c2..c5 of (H_l, W_l, C_l) to levels p2..p5 of (H_l, W_l, F).
 *
 * <p>Keys: {@code inner_blocks.i.0} and {@code layer_blocks.i.0} for level i + 2, or without the
 * {@code 0} as in torchvision's published files.
 */
public final class FeaturePyramidNetwork {
  private final Backend backend;
  private final List<Conv2d> inner = new ArrayList<>();
  private final List<Conv2d> layer = new ArrayList<>();

  /**
   * Reads a network of as many levels as the checkpoint has.
   *
   * @throws CheckpointException if weights are missing or do not fit together
   */
  public FeaturePyramidNetwork(Weights w) throws CheckpointException {
    backend = w.backend();
    do {
      int i = inner.size();
      inner.add(new Conv2d(TorchvisionKeys.unwrapped(w.at("inner_blocks." + i)), 1));
      layer.add(new Conv2d(TorchvisionKeys.unwrapped(w.at("layer_blocks." + i)), 3));
      w.requireChain("inner_blocks." + i, inner.getLast(), "layer_blocks." + i, layer.getLast());
      w.requireChain("inner_blocks." + i, inner.getLast(), "layer_blocks.0", layer.getFirst());
    } while (w.has("inner_blocks." + inner.size() + ".0.weight")
        || w.has("inner_blocks." + inner.size() + ".weight"));
  }

  /**
   * Computes the levels.
   *
   * @param maps c2..c5, finest first
   * @return p2..p5
   * @throws IllegalArgumentException if number or shapes do not fit
   */
  public List<Tensor> apply(List<Tensor> maps) {
    if (maps.size() != inner.size()) {
      throw new IllegalArgumentException(inner.size() + " maps are needed, not " + maps.size());
    }
    List<Tensor> levels = new ArrayList<>();
    Tensor sum = inner.getLast().apply(maps.getLast());
    levels.addFirst(layer.getLast().apply(sum));
    for (int i = maps.size() - 2; i >= 0; i--) {
      Tensor map = maps.get(i);
      try (Tensor before = sum;
          Tensor coarser =
              backend.resize(before, Resize.to(map.height(), map.width(), Interpolation.NEAREST))) {
        sum = inner.get(i).apply(map, Epilogue.addThen(coarser, Activation.IDENTITY));
      }
      levels.addFirst(layer.get(i).apply(sum));
    }
    sum.close();
    return levels;
  }

  /** Channels of the maps c2..c5. */
  public List<Integer> inChannels() {
    return inner.stream().map(Conv2d::inChannels).toList();
  }

  /** F, the channels of every level. */
  public int outChannels() {
    return layer.getFirst().outChannels();
  }
}
