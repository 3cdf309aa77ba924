package dev.facet.codec.lmsfc;

import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.layers.Weights;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.Network.Port;
import java.util.ArrayList;
import java.util.List;

/**
 * The networks of L-MSFC that are plain functions of tensors, one by one: what can be written as a
 * graph and timed against others. Gains, quantization and the context model's loop lie between them.
 */
public enum LmsfcPart {
  /** p2..p5 to y, the padding included. */
  G_A("g_a"),
  /** y to z. */
  H_A("h_a"),
  /** z_hat to the hyper parameters. */
  H_S("h_s"),
  /** y_hat to p2..p5, without their padding. */
  G_S("g_s");

  private final String key;

  LmsfcPart(String key) {
    this.key = key;
  }

  /** The checkpoint's name of the part. */
  public String key() {
    return key;
  }

  /**
   * Builds the part for pyramids of one size; p3..p5 each have half the size of the level before,
   * rounded up.
   *
   * @param w the checkpoint's root
   * @param p2 size of the finest level
   * @throws CheckpointException if weights are missing, misshapen or not finite
   */
  public Network on(Weights w, LevelShape p2) throws CheckpointException {
    PyramidPadding padding = new PyramidPadding(p2.height(), p2.width());
    List<LevelShape> shapes = LevelShape.halves(p2, PyramidPadding.LEVELS);
    List<String> levels = List.of("p2", "p3", "p4", "p5");
    return switch (this) {
      case G_A -> {
        FENet network = new FENet(w.at(key));
        List<Port> inputs = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
          LevelShape shape = shapes.get(i);
          inputs.add(
              new Port(levels.get(i), shape.height(), shape.width(), network.featureChannels()));
        }
        yield new Network(
            key,
            inputs,
            List.of("y"),
            pyramid -> {
              List<Tensor> padded = padded(w.backend(), padding, pyramid);
              Tensor y = network.apply(padded);
              for (int i = 0; i < padded.size(); i++) {
                if (padded.get(i) != pyramid.get(i)) {
                  padded.get(i).close();
                }
              }
              return List.of(y);
            });
      }
      case H_A -> {
        HyperEncoder network = new HyperEncoder(w.at(key));
        Port y = latent("y", padding, network.latentChannels());
        yield new Network(key, List.of(y), List.of("z"), x -> List.of(network.apply(x.getFirst())));
      }
      case H_S -> {
        HyperDecoder network = new HyperDecoder(w.at(key));
        Port z =
            new Port("z_hat", padding.hyperHeight(), padding.hyperWidth(), network.hyperChannels());
        yield new Network(
            key, List.of(z), List.of("params"), x -> List.of(network.apply(x.getFirst())));
      }
      case G_S -> {
        DRNet network = new DRNet(w.at(key));
        Port yHat = latent("y_hat", padding, network.latentChannels());
        yield new Network(
            key,
            List.of(yHat),
            levels,
            x -> cropped(w.backend(), padding, shapes, network.apply(x.getFirst())));
      }
    };
  }

  private static Port latent(String name, PyramidPadding padding, int channels) {
    return new Port(name, padding.latentHeight(), padding.latentWidth(), channels);
  }

  private static List<Tensor> padded(Backend backend, PyramidPadding padding, List<Tensor> levels) {
    List<Tensor> padded = new ArrayList<>();
    for (int i = 0; i < levels.size(); i++) {
      padded.add(padding.pad(backend, i, levels.get(i)));
    }
    return padded;
  }

  private static List<Tensor> cropped(
      Backend backend, PyramidPadding padding, List<LevelShape> shapes, List<Tensor> levels) {
    List<Tensor> cropped = new ArrayList<>();
    for (int i = 0; i < levels.size(); i++) {
      LevelShape shape = shapes.get(i);
      Tensor level = levels.get(i);
      cropped.add(padding.crop(backend, i, level, shape.height(), shape.width()));
      if (cropped.getLast() != level) {
        level.close();
      }
    }
    return cropped;
  }
}
