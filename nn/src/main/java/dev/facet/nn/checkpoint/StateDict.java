package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.Dict;
import dev.facet.nn.checkpoint.Pickled.PyList;
import dev.facet.nn.checkpoint.Pickled.Tensor;
import dev.facet.nn.checkpoint.Pickled.Tuple;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds the tensors in what a pickle yields and gives them their names. */
final class StateDict {
  /** What to read of a file. */
  enum Scope {
    /** The state dict of the model, without wrappers and prefixes. */
    MODEL,
    /** Every tensor under its full path. */
    EVERYTHING
  }

  /** Where training scripts put the state dict, the most specific first. */
  private static final List<String> WRAPPERS =
      List.of("state_dict", "model_state_dict", "model", "net", "network", "module", "params");

  private static final String DATA_PARALLEL = "module.";
  private static final int LONGEST_NAME = 512;

  private static final int MOST_LOOKS = 10_000_000;

  private final String source;
  private final Limits limits;
  private final Map<String, Tensor> found = new LinkedHashMap<>();
  // Containers on the way from the root (a second visit is a cycle) and containers without any
  // tensor (no need to go in again, so that shared nests cost no exponential time).
  private final Set<Object> path = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<Object> barren = Collections.newSetFromMap(new IdentityHashMap<>());

  private int looks;

  private StateDict(String source, Limits limits) {
    this.source = source;
    this.limits = limits;
  }

  /** Name to tensor, in file order. */
  static Map<String, Tensor> tensors(
      String source, @Nullable Object root, Limits limits, Scope scope) throws CheckpointException {
    StateDict search = new StateDict(source, limits);
    if (root instanceof Tensor tensor) {
      search.add("value", tensor);
    } else if (root != null) {
      Object from = scope == Scope.MODEL ? unwrap(root, limits.maxDepth()) : root;
      if (search.isInteresting(from)) {
        search.visit("", from, 1);
      }
    }
    if (search.found.isEmpty()) {
      throw new CheckpointException(source, -1, "holds no tensors");
    }
    return scope == Scope.MODEL ? withoutDataParallel(search.found) : search.found;
  }

  private static Object unwrap(Object root, int depth) {
    Object at = root;
    for (int i = 0; i < depth; i++) {
      Dict inner = at instanceof Dict dict ? wrapped(dict) : null;
      if (inner == null) {
        return at;
      }
      at = inner;
    }
    return at;
  }

  private static @Nullable Dict wrapped(Dict dict) {
    for (String key : WRAPPERS) {
      if (dict.items().get(key) instanceof Dict inner
          && (inner.items().values().stream().anyMatch(Tensor.class::isInstance)
              || wrappedOnly(inner))) {
        return inner;
      }
    }
    return null;
  }

  /** One more wrapper, such as model then state_dict; deeper nests are flattened instead. */
  private static boolean wrappedOnly(Dict dict) {
    return WRAPPERS.stream()
        .anyMatch(key ->
            dict.items().get(key) instanceof Dict inner
                && inner.items().values().stream().anyMatch(Tensor.class::isInstance));
  }

  private static Map<String, Tensor> withoutDataParallel(Map<String, Tensor> tensors) {
    for (String name : tensors.keySet()) {
      if (!name.startsWith(DATA_PARALLEL) || name.length() == DATA_PARALLEL.length()) {
        return tensors;
      }
    }
    Map<String, Tensor> stripped = new LinkedHashMap<>();
    tensors.forEach((name, t) -> stripped.put(name.substring(DATA_PARALLEL.length()), t));
    return stripped;
  }

  private void visit(String name, Object value, int depth) throws CheckpointException {
    if (value instanceof Tensor tensor) {
      add(name, tensor);
      return;
    }
    if (depth > limits.maxDepth()) {
      throw new CheckpointException(
          source, -1, "containers are nested deeper than " + limits.maxDepth());
    }
    if (!path.add(value)) {
      throw new CheckpointException(source, -1, "a container at " + shown(name) + " holds itself");
    }
    int before = found.size();
    if (value instanceof Dict dict) {
      for (Map.Entry<@Nullable Object, @Nullable Object> entry : dict.items().entrySet()) {
        Object key = entry.getKey();
        Object item = entry.getValue();
        if (!isInteresting(item) || item == null) {
          continue;
        }
        if (key instanceof String || key instanceof Long || key instanceof Boolean) {
          visit(join(name, key.toString()), item, depth + 1);
        } else if (item instanceof Tensor) {
          throw new CheckpointException(
              source, -1, "a tensor at " + shown(name) + " has a key that is no string");
        }
      }
    } else {
      List<@Nullable Object> items =
          value instanceof PyList list ? list.items : Arrays.asList(((Tuple) value).items);
      for (int i = 0; i < items.size(); i++) {
        Object item = items.get(i);
        if (isInteresting(item) && item != null) {
          visit(join(name, Integer.toString(i)), item, depth + 1);
        }
      }
    }
    path.remove(value);
    if (found.size() == before) {
      barren.add(value);
    }
  }

  /** Whether it is worth a visit; bounds the number of items looked at, shared nests included. */
  private boolean isInteresting(@Nullable Object value) throws CheckpointException {
    if (++looks > MOST_LOOKS) {
      throw new CheckpointException(
          source, -1, "containers hold more than " + MOST_LOOKS + " items");
    }
    return value instanceof Tensor
        || ((value instanceof Dict || value instanceof PyList || value instanceof Tuple)
            && !barren.contains(value));
  }

  private void add(String name, Tensor tensor) throws CheckpointException {
    if (found.size() == limits.maxTensors()) {
      throw new CheckpointException(source, -1, "more than " + limits.maxTensors() + " tensors");
    }
    if (found.putIfAbsent(name, tensor) != null) {
      throw new CheckpointException(source, -1, "two tensors are named " + shown(name));
    }
  }

  private String join(String prefix, String key) throws CheckpointException {
    if (key.length() > LONGEST_NAME - prefix.length() - 1) {
      throw new CheckpointException(
          source,
          -1,
          "the name of a tensor at " + shown(prefix) + " is longer than " + LONGEST_NAME);
    }
    return prefix.isEmpty() ? key : prefix + "." + key;
  }

  private static String shown(String name) {
    return name.isEmpty() ? "the root" : name;
  }
}
