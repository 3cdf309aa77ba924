package dev.facet.vision.backbone;

import dev.facet.nn.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A network as a chain of named stages, which can be cut behind each of them: one side computes the
 * feature map, the other goes on from it. Immutable and thread-safe.
 */
public final class StagedNetwork {
  /**
   * One stage.
   *
   * @param name what papers call its output: conv1, pool1, ..., fc7, logits
   */
  record Stage(String name, UnaryOperator<Tensor> step) {}

  private final List<Stage> stages;

  StagedNetwork(List<Stage> stages) {
    this.stages = List.copyOf(stages);
  }

  /** This network and then the other. */
  StagedNetwork then(StagedNetwork other) {
    List<Stage> all = new ArrayList<>(stages);
    all.addAll(other.stages);
    return new StagedNetwork(all);
  }

  List<Stage> stages() {
    return stages;
  }

  /** Names of all stages in order; the last one is logits in a classifier. */
  public List<String> names() {
    return stages.stream().map(Stage::name).toList();
  }

  /**
   * The whole network.
   *
   * @param image normalised, (H, W, 3)
   * @return what the last stage gives; logits have shape (1, 1, classes)
   */
  public Tensor apply(Tensor image) {
    return run(0, stages.size(), image);
  }

  /**
   * The network up to and including a stage.
   *
   * @throws IllegalArgumentException if there is no such stage
   */
  public Tensor until(String stage, Tensor image) {
    return run(0, indexOf(stage) + 1, image);
  }

  /**
   * The network behind a stage.
   *
   * @param feature what the stage gives
   * @throws IllegalArgumentException if there is no such stage
   */
  public Tensor after(String stage, Tensor feature) {
    return run(indexOf(stage) + 1, stages.size(), feature);
  }

  /**
   * The network behind a stage, up to and including another one.
   *
   * @param feature what the first stage gives
   * @throws IllegalArgumentException if there is no such stage, or the second one comes before the first
   */
  public Tensor between(String stage, String last, Tensor feature) {
    return run(indexOf(stage) + 1, indexOf(last) + 1, feature);
  }

  private Tensor run(int from, int to, Tensor x) {
    Tensor y = x;
    for (Stage stage : stages.subList(from, to)) {
      Tensor before = y;
      y = stage.step().apply(before);
      if (before != x) {
        before.close();
      }
    }
    return y;
  }

  private int indexOf(String stage) {
    int index = names().indexOf(stage);
    if (index < 0) {
      throw new IllegalArgumentException("no stage " + stage + " among " + names());
    }
    return index;
  }
}
