package dev.facet.nn.layers;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A place in a checkpoint, such as {@code g_a.p2Encoder.0}, and the backend that will run what is
 * built from it. Layers take their parameters from here under the checkpoint's own names.
 */
public final class Weights {
  private final Backend backend;
  private final Checkpoint checkpoint;
  private final String prefix;
  private final @Nullable BiConsumer<String, Tensor> observer;

  /** The root of a checkpoint. */
  public Weights(Backend backend, Checkpoint checkpoint) {
    this(backend, checkpoint, "", null);
  }

  private Weights(
      Backend backend,
      Checkpoint checkpoint,
      String prefix,
      @Nullable BiConsumer<String, Tensor> observer) {
    this.backend = backend;
    this.checkpoint = checkpoint;
    this.prefix = prefix;
    this.observer = observer;
  }

  /** The place one step further down; {@code child} may itself contain dots. */
  public Weights at(String child) {
    return new Weights(backend, checkpoint, key(child), observer);
  }

  /** The place of element {@code index} of a torch Sequential. */
  public Weights at(int index) {
    return at(Integer.toString(index));
  }

  /**
   * The same place; layers built from it report their outputs, as pairs of place and tensor.
   * Without an observer nothing is reported and nothing is paid.
   */
  public Weights observedBy(BiConsumer<String, Tensor> newObserver) {
    return new Weights(backend, checkpoint, prefix, newObserver);
  }

  /** The layer itself, or one that also reports its outputs if there is an observer. */
  public Layer observed(Layer layer) {
    return observer == null ? layer : new ObservedLayer(layer, prefix, observer);
  }

  public Backend backend() {
    return backend;
  }

  /** The full name of parameter {@code name} of this place. */
  public String key(String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }

  /** Whether this place has a parameter of this name. */
  public boolean has(String name) {
    return checkpoint.contains(key(name));
  }

  /**
   * Shape of a parameter.
   *
   * @throws CheckpointException if it is missing, has another number of dimensions, or is empty
   */
  public int[] shape(String name, int rank) throws CheckpointException {
    int[] shape = checkpoint.get(key(name)).shape();
    require(
        shape.length == rank && Arrays.stream(shape).allMatch(size -> size > 0),
        "%s has shape %s, but %d dimensions, none of them 0, are needed",
        name,
        Arrays.toString(shape),
        rank);
    return shape;
  }

  /**
   * A parameter of known shape, row-major.
   *
   * @throws CheckpointException if it is missing, has another shape, or holds NaN or an infinity
   */
  public float[] floats(String name, int... shape) throws CheckpointException {
    float[] values = checkpoint.floats(key(name), shape);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        require(false, "%s holds %s", name, value);
      }
    }
    return values;
  }

  /**
   * Throws unless {@code condition} holds.
   *
   * @throws CheckpointException naming file and place, with a message as of String.format
   */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be the only use of its library
  public void require(boolean condition, String message, Object... arguments)
      throws CheckpointException {
    if (!condition) {
      throw new CheckpointException(
          checkpoint.source(),
          -1,
          (prefix.isEmpty() ? "" : prefix + ": ") + String.format(Locale.ROOT, message, arguments));
    }
  }

  /**
   * Checks that {@code second} takes as many channels as {@code first} gives.
   *
   * @throws CheckpointException naming both
   */
  public void requireChain(String firstName, Layer first, String secondName, Layer second)
      throws CheckpointException {
    require(
        first.outChannels() == second.inChannels(),
        "%s gives %d channels, but %s takes %d",
        firstName,
        first.outChannels(),
        secondName,
        second.inChannels());
  }

  @Override
  public String toString() {
    return prefix + " in " + checkpoint.source();
  }

  private record ObservedLayer(Layer layer, String place, BiConsumer<String, Tensor> observer)
      implements Layer {
    @Override
    public Tensor apply(Tensor x) {
      Tensor y = layer.apply(x);
      observer.accept(place, y);
      return y;
    }

    @Override
    public int inChannels() {
      return layer.inChannels();
    }

    @Override
    public int outChannels() {
      return layer.outChannels();
    }
  }
}
