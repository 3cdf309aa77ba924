package dev.facet.cli;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.experiment.Anchors;
import dev.facet.eval.experiment.Contender;
import dev.facet.eval.experiment.SplitDetector;
import dev.facet.nn.Backend;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The codecs of a comparison, and the pack with whose detector they are measured: the one given, or that of the first codec with a
 * model.
 *
 * @param detector pack with the detector
 * @param codecs in the order given
 * @param qualities of the codecs with a model; null for those they were trained at
 * @param qps of the codecs without one; null for their own
 * @param options how the codecs without one encode
 */
record CodecChoice(
    ModelPack detector,
    List<Codec> codecs,
    @Nullable List<Quality> qualities,
    @Nullable List<Quality> qps,
    CodecOptions options) {

  /** One codec: its pack if it has a model, the video standard that it codes with if it has none. */
  record Codec(CodecId id, @Nullable ModelPack pack, @Nullable VideoStandard video) {}

  /** A single pack, its detector and its codec, at the qualities it was trained at. */
  static CodecChoice of(ModelPack pack) throws IOException {
    return new CodecChoice(
        pack, List.of(new Codec(pack.kind(), pack, null)), null, null, CodecOptions.standard());
  }

  /**
   * Finds what is named.
   *
   * @param names such as {@code lmsfc-gain}, {@code anchor}, {@code image-vvc}; empty for that of the first pack
   * @throws IOException if there is no such codec or pack, or no video codec for it
   * @throws IllegalArgumentException if a codec does not have a quality
   */
  static CodecChoice of(
      List<String> names,
      ModelOption model,
      @Nullable List<Quality> qualities,
      @Nullable List<Quality> qps,
      CodecOptions options)
      throws IOException {
    List<Codec> codecs = new ArrayList<>();
    for (String name : names) {
      codecs.add(find(name, names.size() == 1, model, options));
    }
    ModelPack detector =
        codecs.stream()
            .map(Codec::pack)
            .filter(pack -> pack != null && pack.hasDetector())
            .findFirst()
            .orElse(null);
    if (detector == null || model.given()) {
      detector = names.isEmpty() ? model.choose() : model.chooseDetector();
    }
    if (names.isEmpty()) {
      codecs.add(new Codec(detector.kind(), detector, null));
    }
    for (Codec codec : codecs) {
      if (codec.pack() != null && qualities != null) {
        // before the data is read: a wrong number should not cost that wait
        for (Quality quality : qualities) {
          quality.requireIn(codec.pack().config());
        }
      }
    }
    return new CodecChoice(detector, codecs, qualities, qps, options);
  }

  private static Codec find(String name, boolean only, ModelOption model, CodecOptions options)
      throws IOException {
    Optional<CodecId> plain = CodecId.ofKind(name);
    if (plain.isPresent()) {
      CodecId id = plain.get();
      return id.hasModel()
          ? new Codec(id, only ? model.choose(id.kind()) : model.chooseAmong(id.kind()), null)
          : new Codec(
              id,
              null,
              options.video().isPresent() ? options.video().get() : options.videoCodecs().best());
    }
    int dash = name.lastIndexOf('-');
    if (dash > 0) {
      Optional<CodecId> id = CodecId.ofKind(name.substring(0, dash));
      Optional<VideoStandard> video = VideoStandard.ofLabel(name.substring(dash + 1));
      if (id.isPresent() && video.isPresent() && !id.get().hasModel()) {
        return new Codec(id.get(), null, video.get());
      }
    }
    throw new IOException(
        String.format(
            Locale.ROOT,
            "codec %s: is not in this build, %s are; those without a model also as NAME-hevc, NAME-vvc or NAME-jpeg2000",
            name,
            Arrays.stream(CodecId.values()).map(CodecId::kind).toList()));
  }

  /** What is open until the run is done. */
  record Open(SplitDetector detector, List<Contender> contenders, List<ModelCodec> models)
      implements AutoCloseable {
    @Override
    public void close() {
      models.forEach(ModelCodec::close);
    }
  }

  /**
   * Opens all of it.
   *
   * @param backend of a single thread, open as long as this is used
   * @throws IOException if a pack's files are damaged, or a video codec is missing
   */
  Open open(Backend backend) throws IOException {
    SplitDetector split = new SplitDetector(detector, backend);
    Anchors anchors = new Anchors(options, split);
    List<Contender> contenders = new ArrayList<>();
    List<ModelCodec> models = new ArrayList<>();
    for (Codec codec : codecs) {
      if (codec.pack() != null) {
        ModelCodec opened = FeatureCodecs.open(codec.pack(), backend);
        models.add(opened);
        contenders.add(Contender.of(opened, qualities == null ? opened.qualities() : qualities));
      } else if (codec.video() != null) {
        contenders.add(anchors.of(codec.id(), codec.video(), qps));
      }
    }
    return new Open(split, contenders, models);
  }

  /** The codecs alone, for features without pictures. */
  record Features(List<Named> codecs) implements AutoCloseable {
    /** A codec, its name in tables and its qualities. */
    record Named(String name, FeatureCodec codec, List<Quality> qualities) {}

    @Override
    public void close() {
      codecs.forEach(named -> named.codec().close());
    }
  }

  /**
   * Opens the codecs of features.
   *
   * @throws IOException if a pack's files are damaged, or a codec takes pictures
   */
  Features openFeatures() throws IOException {
    List<Features.Named> opened = new ArrayList<>();
    for (Codec codec : codecs) {
      if (codec.pack() != null) {
        FeatureCodec model = FeatureCodecs.open(codec.pack());
        opened.add(
            new Features.Named(
                codec.id().kind(), model, qualities == null ? model.qualities() : qualities));
      } else if (codec.id() == CodecId.IMAGE) {
        throw new IOException("codec image: codes pictures, and these are features");
      } else if (codec.video() != null) {
        FeatureCodec anchor = FeatureCodecs.open(codec.id(), options.withVideo(codec.video()));
        opened.add(
            new Features.Named(
                codec.id().kind() + "-" + codec.video().label(),
                anchor,
                qps == null ? anchor.qualities() : qps));
      }
    }
    return new Features(opened);
  }
}
