package dev.facet.nn.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The named tensors of one or more files, in file order. Immutable. */
public final class Checkpoint {
  /** What the names of a quantized tensor's factors end with. */
  private static final String SCALE = "_scale";

  private final String source;
  private final Map<String, CheckpointTensor> tensors;
  private final Map<String, String> metadata;

  private Checkpoint(
      String source, Map<String, CheckpointTensor> tensors, Map<String, String> metadata) {
    this.source = source;
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /**
   * A checkpoint of the given tensors.
   *
   * @param source what to call it in errors
   * @throws CheckpointException if two tensors have the same name
   */
  public static Checkpoint of(String source, Collection<CheckpointTensor> tensors)
      throws CheckpointException {
    return of(source, tensors, Map.of());
  }

  /**
   * A checkpoint of the given tensors with metadata (the {@code __metadata__} of safetensors).
   *
   * @throws CheckpointException if two tensors have the same name
   */
  public static Checkpoint of(
      String source, Collection<CheckpointTensor> tensors, Map<String, String> metadata)
      throws CheckpointException {
    Map<String, CheckpointTensor> map = new LinkedHashMap<>();
    for (CheckpointTensor tensor : tensors) {
      if (map.putIfAbsent(tensor.name(), tensor) != null) {
        throw new CheckpointException(source, -1, "two tensors are named " + tensor.name());
      }
    }
    return new Checkpoint(source, map, metadata);
  }

  /** {@link #load(Path, Limits)} with {@link Limits#DEFAULT}. */
  public static Checkpoint load(Path path) throws CheckpointException {
    return load(path, Limits.DEFAULT);
  }

  /**
   * Reads a safetensors, PyTorch (zip or legacy), npz or npy file; the content decides, not the
   * name.
   *
   * <p>Of a PyTorch training checkpoint only the state dict is read (under {@code state_dict},
   * {@code model_state_dict}, {@code model}, ...); without one, nested containers are flattened
   * with dots. A prefix {@code module.} shared by all names (DataParallel) is removed.
   *
   * @throws CheckpointException if the file is missing, damaged, of another kind, beyond the
   *     limits, or would have to run code
   */
  public static Checkpoint load(Path path, Limits limits) throws CheckpointException {
    try (ByteSource source = ByteSource.open(path, limits)) {
      return Formats.read(source, limits, StateDict.Scope.MODEL);
    }
  }

  /**
   * As {@link #load(Path)}, but the tensors of a safetensors file stay in the file, which is mapped into memory: nothing is
   * copied, and nothing is read before it is asked for. For files that are replaced as a whole, never changed
   * in place, such as a model pack's: a file that is cut short while it is mapped ends in an {@link InternalError}.
   *
   * @throws CheckpointException as {@link #load(Path, Limits)}
   */
  public static Checkpoint map(Path path) throws CheckpointException {
    try (ByteSource source = ByteSource.map(path, Limits.DEFAULT)) {
      return Formats.read(source, Limits.DEFAULT, StateDict.Scope.MODEL);
    }
  }

  /**
   * As {@link #load(Path, Limits)}, from memory, for example from a resource of a jar.
   *
   * @param name what to call it in errors
   */
  public static Checkpoint read(String name, byte[] file, Limits limits)
      throws CheckpointException {
    ByteSource source = ByteSource.of(name, file);
    source.checkSize(limits);
    return Formats.read(source, limits, StateDict.Scope.MODEL);
  }

  /**
   * As {@link #load(Path, Limits)}, but reads all tensors of a PyTorch file under their full paths
   * ({@code state_dict.conv.weight}, {@code optimizer.state.0.exp_avg}).
   */
  public static Checkpoint loadEverything(Path path, Limits limits) throws CheckpointException {
    try (ByteSource source = ByteSource.open(path, limits)) {
      return Formats.read(source, limits, StateDict.Scope.EVERYTHING);
    }
  }

  /**
   * One checkpoint of several files, in the order given.
   *
   * @throws CheckpointException if a name occurs in two of them
   */
  public static Checkpoint merge(List<Checkpoint> parts) throws CheckpointException {
    Map<String, CheckpointTensor> map = new LinkedHashMap<>();
    Map<String, String> owner = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    for (Checkpoint part : parts) {
      for (CheckpointTensor tensor : part.tensors.values()) {
        String other = owner.putIfAbsent(tensor.name(), part.source);
        if (other != null) {
          throw new CheckpointException(
              part.source, -1, "tensor " + tensor.name() + " is also in " + other);
        }
        map.put(tensor.name(), tensor);
      }
      part.metadata.forEach(metadata::putIfAbsent);
    }
    String sources = String.join(" + ", parts.stream().map(Checkpoint::source).toList());
    return new Checkpoint(sources, map, metadata);
  }

  /**
   * The same tensors, but quantized ones as the floats that they stand for: an I8 tensor {@code x} beside which there is {@code x_scale},
   * one factor for each {@code x[i, ...]}.
   *
   * @throws CheckpointException if factors are not finite floats, or not as many as there are rows
   */
  public Checkpoint dequantized() throws CheckpointException {
    Map<String, CheckpointTensor> map = new LinkedHashMap<>(tensors);
    for (CheckpointTensor tensor : tensors.values()) {
      CheckpointTensor scale = tensors.get(tensor.name() + SCALE);
      if (scale != null && tensor.dtype() == DType.I8) {
        map.put(tensor.name(), tensor.dequantized(scale));
        map.remove(scale.name());
      }
    }
    return new Checkpoint(source, map, metadata);
  }

  /** Gives back the memory that the tensors of mapped files take; they are read from there again when they are asked for. */
  public void unload() {
    tensors.values().forEach(CheckpointTensor::unload);
  }

  /** The file or files, for messages. */
  public String source() {
    return source;
  }

  /** All names in file order. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** All tensors in file order. */
  public Collection<CheckpointTensor> tensors() {
    return tensors.values();
  }

  /** The {@code __metadata__} of a safetensors file; empty for other formats. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /** Whether there is a tensor of this name. */
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The tensor of this name.
   *
   * @throws CheckpointException if there is none
   */
  public CheckpointTensor get(String name) throws CheckpointException {
    CheckpointTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(source, -1, "has no tensor " + name + similar(name));
    }
    return tensor;
  }

  /**
   * The tensor of this name, if it has this shape.
   *
   * @param expectedShape sizes, outermost first; none for a scalar
   * @throws CheckpointException if it is missing or has another shape
   */
  public CheckpointTensor get(String name, int... expectedShape) throws CheckpointException {
    CheckpointTensor tensor = get(name);
    if (!Arrays.equals(tensor.shape(), expectedShape)) {
      throw new CheckpointException(
          source,
          -1,
          "tensor "
              + name
              + " has shape "
              + Arrays.toString(tensor.shape())
              + ", but "
              + Arrays.toString(expectedShape)
              + " is needed; is this the checkpoint of this model?");
    }
    return tensor;
  }

  /** {@link CheckpointTensor#floats} of {@link #get(String, int...)}. */
  public float[] floats(String name, int... expectedShape) throws CheckpointException {
    return get(name, expectedShape).floats();
  }

  /** {@link CheckpointTensor#ints} of {@link #get(String, int...)}. */
  public int[] ints(String name, int... expectedShape) throws CheckpointException {
    return get(name, expectedShape).ints();
  }

  /** {@link CheckpointTensor#longs} of {@link #get(String, int...)}. */
  public long[] longs(String name, int... expectedShape) throws CheckpointException {
    return get(name, expectedShape).longs();
  }

  /**
   * The same tensors, {@code prefix} removed from the names that start with it.
   *
   * @throws CheckpointException if two names become equal
   */
  public Checkpoint withPrefixRemoved(String prefix) throws CheckpointException {
    return renamed(name -> name.startsWith(prefix) ? name.substring(prefix.length()) : name);
  }

  /** Only the tensors whose names start with {@code prefix}, without it. */
  public Checkpoint under(String prefix) {
    Map<String, CheckpointTensor> map = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> {
      if (name.startsWith(prefix)) {
        String rest = name.substring(prefix.length());
        map.put(rest, tensor.withName(rest));
      }
    });
    return new Checkpoint(source, map, metadata);
  }

  /**
   * The same tensors under other names.
   *
   * @throws CheckpointException if two names become equal
   */
  public Checkpoint renamed(UnaryOperator<String> newName) throws CheckpointException {
    Map<String, CheckpointTensor> map = new LinkedHashMap<>();
    for (CheckpointTensor tensor : tensors.values()) {
      String name = newName.apply(tensor.name());
      if (map.putIfAbsent(name, tensor.withName(name)) != null) {
        throw new CheckpointException(
            source, -1, "holds tensor " + name + " twice, once under the name " + tensor.name());
      }
    }
    return new Checkpoint(source, map, metadata);
  }

  @Override
  public String toString() {
    return source + " (" + tensors.size() + " tensors)";
  }

  /** Most missing names are a matter of a prefix: point to a tensor with the same ending. */
  private String similar(String name) {
    if (tensors.isEmpty()) {
      return "; it holds no tensors at all";
    }
    for (String candidate : tensors.keySet()) {
      if (candidate.endsWith("." + name) || name.endsWith("." + candidate)) {
        return "; it does have " + candidate;
      }
    }
    return " among its " + tensors.size();
  }
}
