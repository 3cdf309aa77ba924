package dev.facet.cli;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureRange;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.video.VideoStandard;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --video} and what else says how codecs without a model encode. */
final class VideoOption {
  @Option(
      names = "--video",
      paramLabel = "hevc|vvc|jpeg2000",
      description =
          "Of codecs without a model: the video standard. Default: the first that facet version finds.")
  private @Nullable String video;

  @Option(
      names = "--bits",
      paramLabel = "8|10",
      description = "Of codecs without a model: bits of a sample. Default: anchor 10, others 8.")
  private @Nullable Integer bits;

  @Option(
      names = "--range",
      split = ",",
      arity = "1",
      paramLabel = "MIN,MAX",
      description =
          "Of anchor: one range for all levels, as of a data set; values outside are clipped. Default: each level's own.")
  private float @Nullable [] range;

  /** The codec of a name; null without one. */
  @Nullable CodecId codec(@Nullable String name) throws Failures.Failure {
    if (name == null) {
      requireNone("give --codec too");
      return null;
    }
    CodecId id =
        CodecId.ofKind(name)
            .orElseThrow(() ->
                new Failures.Failure(
                    String.format(
                        Locale.ROOT,
                        "codec %s: is not in this build, %s are",
                        name,
                        Arrays.stream(CodecId.values()).map(CodecId::kind).toList())));
    if (id.hasModel()) {
      requireNone("codec " + name + " codes no video");
    }
    return id;
  }

  private void requireNone(String otherwise) throws Failures.Failure {
    if (video != null || bits != null || range != null) {
      throw new Failures.Failure(
          "--video, --bits and --range are for codecs without a model: " + otherwise);
    }
  }

  CodecOptions options() throws Failures.Failure {
    CodecOptions options = CodecOptions.standard();
    if (video != null) {
      options =
          options.withVideo(
              VideoStandard.ofLabel(video)
                  .orElseThrow(() ->
                      new Failures.Failure("--video " + video + ": give hevc, vvc or jpeg2000")));
    }
    if (bits != null) {
      options = options.withBitDepth(bits);
    }
    if (range != null) {
      if (range.length != 2) {
        throw new Failures.Failure("--range takes two numbers, as in --range=-26.4,28.4");
      }
      options = options.withRange(new FeatureRange(range[0], range[1]));
    }
    return options;
  }
}
