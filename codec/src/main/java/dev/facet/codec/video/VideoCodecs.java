package dev.facet.codec.video;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The video codecs at hand. Each is looked for when it is first asked for. Thread-safe. */
public final class VideoCodecs {
  private final List<VideoCodecProvider> providers;
  private final Map<VideoStandard, Found> found = new EnumMap<>(VideoStandard.class);

  /**
   * A standard's codec, or why there is none.
   *
   * @param codec empty if there is none
   * @param status one line for people: what was found, or what is missing and how to install it
   */
  public record Found(VideoStandard standard, Optional<VideoCodec> codec, String status) {}

  private VideoCodecs(List<VideoCodecProvider> providers) {
    this.providers = List.copyOf(providers);
  }

  /** Those of the modules that are there. */
  public static VideoCodecs installed() {
    return Installed.CODECS;
  }

  /** Of given providers; of several for one standard the first that opens is taken. */
  public static VideoCodecs of(List<VideoCodecProvider> providers) {
    return new VideoCodecs(providers);
  }

  private static final class Installed {
    static final VideoCodecs CODECS = new VideoCodecs(load());

    private static List<VideoCodecProvider> load() {
      List<VideoCodecProvider> loaded = new ArrayList<>();
      var iterator = ServiceLoader.load(VideoCodecProvider.class).iterator();
      while (true) {
        try {
          if (!iterator.hasNext()) {
            return loaded;
          }
          loaded.add(iterator.next());
        } catch (ServiceConfigurationError | LinkageError e) {
          // a provider whose jar is incomplete: its standard is reported as missing
          System.getLogger("dev.facet")
              .log(System.Logger.Level.WARNING, () -> "a video codec could not be loaded: " + e);
        }
      }
    }
  }

  /** The codec of a standard, or why there is none. */
  public synchronized Found find(VideoStandard standard) {
    return found.computeIfAbsent(standard, this::look);
  }

  private Found look(VideoStandard standard) {
    List<String> problems = new ArrayList<>();
    for (VideoCodecProvider provider : providers) {
      if (provider.standard() == standard) {
        try {
          VideoCodec codec = provider.open();
          String missing = codec.cannotEncode().map(why -> "; decodes only: " + why).orElse("");
          return new Found(standard, Optional.of(codec), codec.description() + missing);
        } catch (VideoCodecException e) {
          problems.add(String.valueOf(e.getMessage()));
        } catch (LinkageError e) {
          problems.add(e.toString());
        }
      }
    }
    String status =
        problems.isEmpty() ? "no module of this build has it" : String.join("; ", problems);
    return new Found(standard, Optional.empty(), "not found: " + status);
  }

  /** All standards, in the order of {@link VideoStandard}. */
  public List<Found> all() {
    List<Found> all = new ArrayList<>();
    for (VideoStandard standard : VideoStandard.values()) {
      all.add(find(standard));
    }
    return all;
  }

  /**
   * The codec of a standard.
   *
   * @throws VideoCodecException if there is none; the line says how to install it
   */
  public VideoCodec open(VideoStandard standard) throws VideoCodecException {
    Found codec = find(standard);
    return codec
        .codec()
        .orElseThrow(() -> new VideoCodecException(standard.label() + ": " + codec.status()));
  }

  /**
   * The codec of a standard, which can encode.
   *
   * @throws VideoCodecException if there is none, or it decodes only; the line says what to install
   */
  public VideoCodec encoder(VideoStandard standard) throws VideoCodecException {
    VideoCodec codec = open(standard);
    if (codec.cannotEncode().isPresent()) {
      throw new VideoCodecException(
          String.format(
              Locale.ROOT, "%s: cannot encode: %s", standard.label(), codec.cannotEncode().get()));
    }
    return codec;
  }

  /**
   * The first standard, in the order of {@link VideoStandard}, that can be encoded here.
   *
   * @throws VideoCodecException if there is none
   */
  public VideoStandard best() throws VideoCodecException {
    for (Found each : all()) {
      if (each.codec().filter(codec -> codec.cannotEncode().isEmpty()).isPresent()) {
        return each.standard();
      }
    }
    throw new VideoCodecException(
        "no video codec is here, not even the embedded one: is the jar of dev.facet.eval missing?");
  }
}
