package dev.facet.cli;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.stream.StreamHeader;
import dev.facet.nn.Backend;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --model}. */
final class ModelOption {
  @Option(
      names = "--model",
      paramLabel = "PACK",
      description =
          "Model pack: a folder or zip, its name, or the first digits of its digest. By default the first"
              + " one found, or the one that the stream names.")
  private @Nullable String model;

  boolean given() {
    return model != null;
  }

  /** The pack named, or the first one found. */
  ModelPack choose() throws IOException {
    ModelPacks packs = ModelPacks.standard();
    return model == null ? packs.first() : packs.find(model);
  }

  /** The pack named on the command line, or else this one. */
  ModelPack chooseOr(String name) throws IOException {
    return ModelPacks.standard().find(model == null ? name : model);
  }

  /** The pack named, or the first one with a detector. */
  ModelPack chooseDetector() throws IOException {
    ModelPacks packs = ModelPacks.standard();
    return model == null ? packs.firstDetector() : packs.find(model);
  }

  /** Among other codecs: the pack named if it is of a kind, or the first one found that is. */
  ModelPack chooseAmong(String kind) throws IOException {
    if (model != null) {
      ModelPack pack = choose();
      if (pack.hasCodec() && pack.kind().kind().equals(kind)) {
        return pack;
      }
    }
    return findKind(kind);
  }

  private static ModelPack findKind(String kind) throws IOException {
    for (ModelPack pack : ModelPacks.standard().all()) {
      if (pack.hasCodec() && pack.kind().kind().equals(kind)) {
        return pack;
      }
    }
    throw new IOException("no model pack of codec " + kind + ": name one with --model");
  }

  /** The first pack found of a kind (null: of any), or the one named, which must be of this kind. */
  ModelPack choose(@Nullable String kind) throws IOException {
    if (kind == null) {
      return choose();
    }
    if (model == null) {
      return findKind(kind);
    }
    ModelPack pack = choose();
    if (!pack.kind().kind().equals(kind)) {
      throw new IOException(pack.path() + ": is of codec " + pack.kind().kind() + ", not " + kind);
    }
    return pack;
  }

  /** The pack named, or the one that the stream names; of a codec without a model, the first with a detector. */
  ModelPack choose(StreamHeader header) throws IOException {
    if (!header.codec().hasModel()) {
      return chooseDetector();
    }
    return model == null ? ModelPacks.standard().of(header) : choose();
  }

  /**
   * Opens the codec of a stream.
   *
   * @param backend stays open as long as the codec is used
   */
  FeatureCodec open(StreamHeader header, Backend backend) throws IOException {
    return header.codec().hasModel()
        ? FeatureCodecs.open(choose(header), backend)
        : FeatureCodecs.open(header.codec(), CodecOptions.standard());
  }
}
