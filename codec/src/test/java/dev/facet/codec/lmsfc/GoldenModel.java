package dev.facet.codec.lmsfc;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.testing.FormulaFill;
import dev.facet.testing.Golden;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One input of a golden model, and what the reference made of it at every border between networks.
 * Tensors come from single files (section A) or from one (section B).
 */
final class GoldenModel {
  private final String folder;
  private final String input;
  private final boolean full;
  private final Map<String, Object> meta;
  private final Checkpoint tensors;

  private GoldenModel(String folder, String input, boolean full) throws CheckpointException {
    this.folder = folder;
    this.input = input;
    this.full = full;
    this.meta = Golden.json(full ? "%s/%s/meta.json".formatted(folder, input) : path(".json"));
    this.tensors =
        full ? Checkpoint.of(folder, List.of()) : Golden.checkpoint(path(".safetensors"));
  }

  /** A full-size model with weights by formula. */
  static GoldenModel full(String model, String input) throws CheckpointException {
    return new GoldenModel("a/" + model, input, true);
  }

  /** A small model with a real checkpoint file. */
  static GoldenModel small(String model, String input) throws CheckpointException {
    return new GoldenModel("b/" + model, input, false);
  }

  private String path(String suffix) {
    return folder + "/" + input + suffix;
  }

  /** The reference's tensor, (C, H, W). */
  CheckpointTensor expected(String name) throws CheckpointException {
    return full ? Golden.npy("%s/%s/%s.npy".formatted(folder, input, name)) : tensors.get(name);
  }

  /** The reference's tensor in our order. */
  Tensor tensor(String name) throws CheckpointException {
    CheckpointTensor chw = expected(name);
    int[] shape = chw.shape();
    return Tensor.fromChw(shape[0], shape[1], shape[2], chw.floats());
  }

  PyramidPadding padding() {
    return new PyramidPadding(number("p2_height"), number("p2_width"));
  }

  /** The pyramid p2..p5 that was coded. */
  List<Tensor> pyramid() {
    int channels = number("channels");
    int height = number("p2_height");
    int width = number("p2_width");
    String key = (String) meta.get("input_key");
    long seed = Long.parseUnsignedLong((String) meta.get("input_seed"));
    List<Tensor> levels = new ArrayList<>();
    for (float[] level : FormulaFill.pyramid(key, channels, height, width, seed)) {
      levels.add(Tensor.fromChw(channels, height, width, level));
      height = (height + 1) / 2;
      width = (width + 1) / 2;
    }
    return levels;
  }

  /**
   * The channels of a decoded level that the reference stored.
   *
   * @param list stored_channels or stored_channels_f64
   */
  Tensor stored(String list, String level, Tensor x) {
    if (!(((Map<?, ?>) meta.getOrDefault(list, Map.of())).get(level) instanceof List<?> channels)) {
      return x;
    }
    Tensor y = Tensor.zeros(x.height(), x.width(), channels.size());
    for (int i = 0; i < x.height() * x.width(); i++) {
      for (int k = 0; k < channels.size(); k++) {
        int c = ((Long) channels.get(k)).intValue();
        y.data()[i * channels.size() + k] = x.data()[i * x.channels() + c];
      }
    }
    return y;
  }

  boolean isFull() {
    return full;
  }

  @Override
  public String toString() {
    return folder + "/" + input;
  }

  private int number(String name) {
    return ((Long) meta.get(name)).intValue();
  }
}
