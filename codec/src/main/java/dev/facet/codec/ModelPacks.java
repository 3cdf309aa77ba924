package dev.facet.codec;

import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamHeader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The packs at hand, in the order of the model path: the environment variable {@code FACET_MODELS} (packs,
 * or folders of packs, separated as in {@code PATH}), then the folder that the system property {@code
 * dev.facet.models} names, which the launcher sets to the shipped {@code models}.
 */
public final class ModelPacks {
  /** Environment variable with the model path. */
  public static final String ENVIRONMENT = "FACET_MODELS";

  /** System property that names the folder of the shipped packs. */
  public static final String PROPERTY = "dev.facet.models";

  private final List<ModelPack> packs;
  private final Map<Path, String> unreadable;
  private final List<Path> places;

  private ModelPacks(List<ModelPack> packs, Map<Path, String> unreadable, List<Path> places) {
    this.packs = List.copyOf(packs);
    this.unreadable = Map.copyOf(unreadable);
    this.places = List.copyOf(places);
  }

  /** Looks along the model path. */
  public static ModelPacks standard() {
    List<Path> places = new ArrayList<>();
    addPlaces(places, System.getenv().getOrDefault(ENVIRONMENT, ""));
    addPlaces(places, System.getProperty(PROPERTY, ""));
    return in(places);
  }

  /**
   * Looks in the given places.
   *
   * @param places packs, or folders of packs; those that do not exist hold nothing
   */
  public static ModelPacks in(List<Path> places) {
    List<ModelPack> packs = new ArrayList<>();
    Map<Path, String> unreadable = new LinkedHashMap<>();
    for (Path place : places) {
      for (Path candidate : candidates(place)) {
        try {
          packs.add(ModelPack.load(candidate));
        } catch (IOException e) {
          unreadable.put(candidate, String.valueOf(e.getMessage()));
        }
      }
    }
    return new ModelPacks(packs, unreadable, places);
  }

  /** All packs that could be read. */
  public List<ModelPack> all() {
    return packs;
  }

  /** Packs that could not be read, and why. */
  public Map<Path, String> unreadable() {
    return unreadable;
  }

  /**
   * A pack by path, by name, or by the first digits of its digest (at least 4).
   *
   * @throws IOException if there is none, more than one has these digits, or it cannot be read
   */
  public ModelPack find(String pathOrName) throws IOException {
    for (ModelPack pack : packs) {
      if (pack.name().equals(pathOrName)) {
        return pack;
      }
    }
    Path path = pathOf(pathOrName);
    if (path != null && Files.exists(path)) {
      return ModelPack.load(path);
    }
    if (pathOrName.matches("[0-9a-fA-F]{4,64}")) {
      List<ModelPack> matching = withDigest(pathOrName.toLowerCase(java.util.Locale.ROOT));
      if (matching.size() == 1) {
        return matching.getFirst();
      }
      if (matching.size() > 1) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s: these digits begin the digests of %s; give more",
                pathOrName,
                matching));
      }
    }
    throw new IOException(
        String.format(Locale.ROOT, "%s: no such model pack; %s", pathOrName, whatThereIs()));
  }

  /**
   * The pack to use when none is named: the first with a codec on the model path.
   *
   * @throws IOException if there is none
   */
  public ModelPack first() throws IOException {
    return first(ModelPack::hasCodec, "model pack");
  }

  /**
   * The first with a detector on the model path.
   *
   * @throws IOException if there is none
   */
  public ModelPack firstDetector() throws IOException {
    return first(ModelPack::hasDetector, "model pack with a detector");
  }

  private ModelPack first(Predicate<ModelPack> wanted, String what) throws IOException {
    return packs.stream()
        .filter(wanted)
        .findFirst()
        .orElseThrow(() -> new IOException("no " + what + ": " + whatThereIs()));
  }

  /**
   * The pack that a stream was made with, by the prefix of its digest.
   *
   * @throws StreamException.UnknownModel if none has it
   */
  public ModelPack of(StreamHeader header) throws StreamException {
    for (ModelPack pack : withDigest(header.modelPrefix())) {
      if (pack.hasCodec() && pack.kind() == header.codec()) {
        return pack;
      }
    }
    throw new StreamException.UnknownModel(
        StreamHeader.MODEL_OFFSET,
        "model",
        String.format(
            Locale.ROOT, "no pack has digest %s...; %s", header.modelPrefix(), whatThereIs()));
  }

  private List<ModelPack> withDigest(String prefix) {
    return packs.stream()
        .filter(pack -> pack.statedDigest().filter(hex -> hex.startsWith(prefix)).isPresent())
        .toList();
  }

  private String whatThereIs() {
    if (!packs.isEmpty()) {
      return String.format(
          Locale.ROOT,
          "there are %s; name another place with --model or %s",
          packs.stream().map(ModelPack::name).toList(),
          ENVIRONMENT);
    }
    if (!unreadable.isEmpty()) {
      return unreadable.values().iterator().next();
    }
    return places.isEmpty()
        ? "name one with --model, or set " + ENVIRONMENT
        : String.format(
            Locale.ROOT, "none in %s; name one with --model or %s", places, ENVIRONMENT);
  }

  private static List<Path> candidates(Path place) {
    if (isPack(place)) {
      return List.of(place);
    }
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> inside = Files.list(place)) {
      return inside.filter(ModelPacks::isPack).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean isPack(Path path) {
    return Files.isRegularFile(path.resolve(PackSource.DESCRIPTION))
        || (Files.isRegularFile(path) && path.toString().endsWith(".zip"));
  }

  private static void addPlaces(List<Path> places, String list) {
    for (String name : list.split(java.util.regex.Pattern.quote(File.pathSeparator), -1)) {
      Path place = name.isBlank() ? null : pathOf(name);
      if (place != null) {
        places.add(place);
      }
    }
  }

  private static @org.jspecify.annotations.Nullable Path pathOf(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      return null;
    }
  }
}
