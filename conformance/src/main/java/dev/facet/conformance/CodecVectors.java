package dev.facet.conformance;

import dev.facet.codec.EncodeOptions;
import dev.facet.codec.Quality;
import dev.facet.codec.internal.RandomModel;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.conformance.CodecVector.Format;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Streams of every kind that the codecs write. Whatever its size, a pyramid is padded to multiples of 64, so that the
 * channels decide what a vector costs. Channels of 18 and 20 leave partial vectors at each width, and some convolutions on both
 * sides of the Winograd rule's 16.
 */
final class CodecVectors {
  private static final int LEVELS = 4;

  private static final RandomModel CONTEXT = new RandomModel(1, 20, 18, true, 0);
  private static final RandomModel HYPER = new RandomModel(2, 16, 16, false, 0);
  private static final RandomModel GAIN = new RandomModel(3, 17, 20, true, 6);
  private static final RandomModel GAIN_HYPER = new RandomModel(4, 6, 16, false, 3);
  private static final RandomModel SMALL_CONTEXT = new RandomModel(5, 2, 3, true, 0);
  private static final RandomModel SMALL_HYPER = new RandomModel(6, 1, 2, false, 0);
  private static final RandomModel SMALL_GAIN = new RandomModel(7, 2, 3, true, 2);

  private final List<CodecVector> vectors = new ArrayList<>();

  private CodecVectors() {}

  static List<CodecVector> all() {
    CodecVectors all = new CodecVectors();
    all.singles();
    all.sequences();
    all.variableRate();
    all.referenceFiles();
    return all.vectors;
  }

  private void singles() {
    single("small-context", true, SMALL_CONTEXT, 33, 40);
    single("small-hyper", true, SMALL_HYPER, 64, 64);
    single("context-64x64", false, CONTEXT, 64, 64);
    single("context-1x1", false, CONTEXT, 1, 1);
    // y is 4 positions wide, then 8, then 12: wavefronts of up to 2, 3 and 4 positions
    single("context-50x63", false, CONTEXT, 50, 63);
    single("context-30x77", false, CONTEXT, 30, 77);
    single("context-wide", false, CONTEXT, 3, 150);
    single("context-narrow", false, CONTEXT, 130, 1);
    single("hyper-64x64", false, HYPER, 64, 64);
    single("hyper-65x2", false, HYPER, 65, 2);
    single("hyper-17x100", false, HYPER, 17, 100);
    add(
        "context-uneven-levels",
        false,
        CONTEXT,
        Format.SINGLE,
        EncodeOptions.DEFAULT.withFeatureDigest(FeatureDigestSize.FULL),
        List.of(
            List.of(
                new LevelShape(30, 41),
                new LevelShape(16, 20),
                new LevelShape(7, 11),
                new LevelShape(4, 5))),
        List.of(new Quality(0)));
  }

  private void sequences() {
    List<List<LevelShape>> same = List.of(halves(20, 33), halves(20, 33), halves(20, 33));
    List<List<LevelShape>> changing = List.of(halves(20, 33), halves(41, 7), halves(20, 33));
    List<Quality> zero = List.of(new Quality(0));
    add(
        "small-sequence",
        true,
        SMALL_CONTEXT,
        Format.SEQUENCE,
        EncodeOptions.DEFAULT,
        List.of(halves(5, 9), halves(9, 5)),
        zero);
    add(
        "context-sequence",
        false,
        CONTEXT,
        Format.SEQUENCE,
        EncodeOptions.DEFAULT.withFeatureDigest(FeatureDigestSize.FULL),
        changing,
        zero);
    add(
        "hyper-sequence",
        false,
        HYPER,
        Format.SEQUENCE,
        EncodeOptions.DEFAULT.withIndex(false).withFeatureDigest(FeatureDigestSize.SHORT),
        same,
        zero);
  }

  private void variableRate() {
    add(
        "small-gain",
        true,
        SMALL_GAIN,
        Format.SEQUENCE,
        EncodeOptions.DEFAULT,
        repeat(halves(6, 11), 2),
        List.of(new Quality(13), new Quality(Quality.STEPS)));
    // every step that there is between two trained levels
    add(
        "gain-all-steps",
        false,
        SMALL_GAIN,
        Format.SEQUENCE,
        EncodeOptions.DEFAULT,
        repeat(halves(12, 23), Quality.STEPS + 1),
        IntStream.rangeClosed(0, Quality.STEPS).mapToObj(Quality::new).toList());
    add(
        "gain-levels",
        false,
        GAIN,
        Format.SEQUENCE,
        EncodeOptions.DEFAULT,
        repeat(halves(39, 64), GAIN.gains()),
        IntStream.range(0, GAIN.gains()).mapToObj(Quality::of).toList());
    add(
        "gain-fractions",
        false,
        GAIN,
        Format.SEQUENCE,
        EncodeOptions.DEFAULT.withFeatureDigest(FeatureDigestSize.FULL),
        List.of(halves(25, 38), halves(10, 70)),
        List.of(new Quality(1), new Quality(GAIN.gains() * Quality.STEPS - Quality.STEPS - 1)));
    add(
        "gain-hyper",
        false,
        GAIN_HYPER,
        Format.SINGLE,
        EncodeOptions.DEFAULT,
        List.of(halves(64, 50)),
        List.of(Quality.of(1.5)));
  }

  private void referenceFiles() {
    reference("small-reference", true, SMALL_CONTEXT, 17, 9, new Quality(0));
    reference("context-reference", false, CONTEXT, 47, 61, new Quality(0));
    reference("hyper-reference", false, HYPER, 64, 33, new Quality(0));
    reference("gain-reference", false, GAIN, 33, 47, Quality.of(3.25));
  }

  private void single(String name, boolean small, RandomModel model, int height, int width) {
    add(
        name,
        small,
        model,
        Format.SINGLE,
        EncodeOptions.DEFAULT,
        List.of(halves(height, width)),
        List.of(new Quality(0)));
  }

  private void reference(
      String name, boolean small, RandomModel model, int height, int width, Quality quality) {
    add(
        name,
        small,
        model,
        Format.REFERENCE,
        EncodeOptions.DEFAULT,
        List.of(halves(height, width)),
        List.of(quality));
  }

  private void add(
      String name,
      boolean small,
      RandomModel model,
      Format format,
      EncodeOptions options,
      List<List<LevelShape>> frames,
      List<Quality> qualities) {
    vectors.add(new CodecVector(name, small, model, format, options, frames, qualities));
  }

  private static List<LevelShape> halves(int height, int width) {
    return LevelShape.halves(new LevelShape(height, width), LEVELS);
  }

  private static List<List<LevelShape>> repeat(List<LevelShape> shapes, int count) {
    return IntStream.range(0, count).mapToObj(i -> shapes).toList();
  }
}
