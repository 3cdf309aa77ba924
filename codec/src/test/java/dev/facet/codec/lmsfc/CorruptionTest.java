package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.EncodeOptions;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.codec.stream.StreamReader;
import dev.facet.codec.stream.StreamWriter;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Corruption is always caught: random damage to valid streams of many kinds, each read in every way there is. A read gives a {@link
 * StreamException} or the encoder's frames; never other frames, another exception or no answer. No field of a stream is without protection, so
 * that every damage must be noticed.
 *
 * <p>The ordinary build tries 20,000; the campaign of docs/corruption.md is {@code ./mvnw -Dquick test -pl codec -am
 * -Dtest=CorruptionTest -Dfacet.corruptions=1000000}.
 */
@Timeout(value = 3, unit = TimeUnit.HOURS) // no answer is a failure too
final class CorruptionTest {
  private static final int CORRUPTIONS = Integer.getInteger("facet.corruptions", 20_000);

  /** The printed seed repeats a run: -Dfacet.seed=... */
  private static final long SEED = Long.getLong("facet.seed", System.nanoTime());

  private static final SmallModel CONTEXT = new SmallModel(71, 3, 4, true, 0);
  private static final SmallModel GAIN = new SmallModel(72, 2, 5, true, 3);
  private static final SmallModel PLAIN = new SmallModel(73, 4, 3, false, 2);

  /** Networks run on every n-th intact frame of a damaged stream; the others are compared as coded. */
  private static final int DECODE_EVERY = 500;

  private static final List<SmallModel> models = List.of(CONTEXT, GAIN, PLAIN);

  private static Backend backend;
  private static final List<LmsfcCodec> codecs = new ArrayList<>();
  private static final List<Sample> samples = new ArrayList<>();

  private final Random random = new Random(SEED);
  private final Map<String, Map<String, Integer>> outcomes = new TreeMap<>();
  private int intactFrames;
  private int decodedFrames;
  private long slowest;

  /** A valid stream and what it holds. */
  private record Sample(
      LmsfcCodec codec, byte[] stream, StreamFile file, List<FeaturePyramid> pyramids) {
    boolean sequence() {
      return file.header().sequence();
    }
  }

  /** A file of the official code's format, and what it decodes to. */
  private record ReferenceSample(
      LmsfcCodec codec, Quality quality, byte[] file, FeaturePyramid decoded) {}

  @BeforeAll
  static void open() throws Exception {
    backend = Backends.open("simd", 1);
    for (SmallModel model : models) {
      LmsfcCodec codec = model.codec(backend);
      codecs.add(codec);
      for (FeatureDigestSize digest : FeatureDigestSize.values()) {
        EncodeOptions options = EncodeOptions.DEFAULT.withFeatureDigest(digest);
        for (Quality quality : model.qualities()) {
          int height = 1 + 7 * quality.steps() / 8;
          add(codec, codec.encode(model.pyramid(1, height, 20), quality, options));
        }
        add(codec, codec.encode(model.pyramid(2, odd()), Quality.of(0), options));
        for (int frames : new int[] {1, 2, 6}) {
          for (boolean index : new boolean[] {true, false}) {
            List<FeaturePyramid> pyramids = new ArrayList<>();
            List<Quality> qualities = new ArrayList<>();
            for (int i = 0; i < frames; i++) {
              pyramids.add(i == 3 ? model.pyramid(i, odd()) : model.pyramid(i, 9, i == 4 ? 70 : 8));
              qualities.add(model.qualities().get(i / 2 % model.qualities().size()));
            }
            add(codec, codec.encode(pyramids, qualities, options.withIndex(index)));
          }
        }
      }
    }
  }

  private static List<LevelShape> odd() {
    return List.of(
        new LevelShape(20, 30), new LevelShape(10, 15), new LevelShape(5, 7), new LevelShape(2, 4));
  }

  private static void add(LmsfcCodec codec, byte[] stream) throws StreamException {
    samples.add(new Sample(codec, stream, codec.open(stream), codec.decodeAll(stream)));
  }

  @AfterAll
  static void close() {
    backend.close();
  }

  @Test
  void everyDamageIsNoticedAndNoFrameIsWrong() throws Exception {
    System.out.println("corruption: seed " + SEED);
    List<Damage> kinds = List.of(Damage.values());
    for (int number = 0; number < CORRUPTIONS; number++) {
      Sample sample = samples.get(random.nextInt(samples.size()));
      Damage damage = kinds.get(number % kinds.size());
      byte[] damaged = damage.apply(sample.stream, sample.file, random);
      while (Arrays.equals(damaged, sample.stream)) {
        damaged = Damage.EXTENDED.apply(sample.stream, sample.file, random);
        damage = Damage.EXTENDED;
      }
      long start = System.nanoTime();
      try {
        count(damage, decode(sample, damaged));
        readAnyFrame(sample, damaged);
        readFrontToBack(sample, damaged);
        readUnchecked(damaged);
      } catch (StreamException e) {
        throw new AssertionError("an intact frame was refused: " + describe(sample, damaged), e);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(damage + ": " + describe(sample, damaged), e);
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    print();
  }

  /** All of it at once, features and all. */
  private static String decode(Sample sample, byte[] damaged) {
    try {
      List<FeaturePyramid> decoded =
          sample.sequence()
              ? sample.codec.decodeAll(damaged)
              : List.of(sample.codec.decode(damaged));
      throw new AssertionError(decoded.size() + " frames, and nothing was noticed");
    } catch (StreamException e) {
      assertThat(e.reason()).isNotBlank();
      return e.getClass().getSimpleName();
    }
  }

  /** Frames that can still be had, in any order. */
  private void readAnyFrame(Sample sample, byte[] damaged) throws StreamException {
    StreamFile file;
    try {
      file = sample.codec.open(damaged);
    } catch (StreamException e) {
      return;
    }
    assertThat(file.damage()).isNotEmpty();
    for (int i = 0; i < file.frameCount(); i++) {
      StreamFrame frame;
      try {
        frame = file.frame(i);
      } catch (StreamException e) {
        continue;
      }
      assertThat(frame).isEqualTo(sample.file.frame(i));
      if (intactFrames++ % DECODE_EVERY == 0) {
        decodedFrames++;
        assertThat(sample.codec.decode(file, i).sameBits(sample.pyramids.get(i))).isTrue();
      }
    }
  }

  private static void readFrontToBack(Sample sample, byte[] damaged) {
    boolean noticed = false;
    try (StreamReader reader =
        StreamReader.open(new ByteArrayInputStream(damaged), StreamLimits.DEFAULT)) {
      reader.bind(sample.codec.identity());
      StreamException last = null;
      while (true) {
        int number = reader.frames();
        try {
          StreamFrame frame = reader.next();
          if (frame == null) {
            break;
          }
          assertThat(frame).isEqualTo(sample.file.frame(number));
        } catch (StreamException e) {
          noticed = true;
          if (e == last) {
            break; // final: repeated from here on
          }
          last = e;
        }
      }
    } catch (StreamException e) {
      noticed = true;
    } catch (IOException e) {
      throw new AssertionError("reading from memory", e);
    }
    assertThat(noticed).isTrue();
  }

  /** As facet inspect does, with no model at hand: any answer, as long as it is one. */
  private static void readUnchecked(byte[] damaged) {
    try {
      StreamFile file = StreamFile.openUnchecked(damaged, StreamLimits.DEFAULT);
      assertThat(file.frameCount()).isLessThanOrEqualTo(damaged.length);
      assertThat(file.damage()).hasSizeLessThanOrEqualTo(damaged.length);
    } catch (StreamException e) {
      assertThat(e.reason()).isNotBlank();
    }
  }

  /**
   * Damage that no check of bytes can see, because it came before the check was computed or after it was verified: faulty memory, a fault in a program. The digest of
   * the features sees it.
   */
  @Test
  void damageBehindTheCheckIsSeenByTheFeatureDigest() throws Exception {
    List<Sample> digested =
        samples.stream()
            .filter(s -> !s.sequence())
            .filter(s -> s.file.header().digestSize() != FeatureDigestSize.NONE)
            .toList();
    for (int number = 0; number < CORRUPTIONS / 50; number++) {
      Sample sample = digested.get(random.nextInt(digested.size()));
      StreamFrame frame = sample.file.frame(0);
      byte[] payload = frame.payload().clone();
      int at = random.nextInt(payload.length);
      payload[at] ^= (byte) (1 + random.nextInt(255));
      byte[] damaged =
          StreamWriter.single(
              sample.codec.identity(),
              sample.file.header().digestSize(),
              new StreamFrame(
                  frame.qualitySteps(), frame.shapes(), payload, frame.featureDigest()));
      String outcome;
      try {
        assertThat(sample.codec.decode(damaged).sameBits(sample.pyramids.getFirst()))
            .as(describe(sample, damaged))
            .isTrue();
        outcome = "the encoder's features";
      } catch (StreamException e) {
        outcome = e.field();
      }
      count("a byte of the payload, behind the frame check", outcome);
    }
    print();
  }

  /** The official code's file has no check: other features are possible, other exceptions are not. */
  @Test
  void filesOfTheReferenceFormatAreRefusedOrDecoded() throws Exception {
    List<Quality> qualities = List.of(Quality.of(0), Quality.of(1), Quality.of(2));
    List<ReferenceSample> files = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      LmsfcCodec codec = codecs.get(i % codecs.size());
      Quality quality = qualities.get(Math.min(i / 4, codec.pack().config().qualities() - 1));
      FeaturePyramid pyramid = models.get(i % codecs.size()).pyramid(i, 30, 20);
      byte[] file = codec.encodeReference(pyramid, quality).toBytes();
      FeaturePyramid decoded = codec.decodeReference(ReferenceFile.parse(file), quality);
      files.add(new ReferenceSample(codec, quality, file, decoded));
    }
    for (int number = 0; number < CORRUPTIONS / 50; number++) {
      ReferenceSample sample = files.get(random.nextInt(files.size()));
      byte[] damaged = sample.file.clone();
      int bit = 8 * 16 + random.nextInt(8 * (damaged.length - 16)); // behind the sizes
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      String outcome;
      try {
        FeaturePyramid decoded =
            sample.codec.decodeReference(ReferenceFile.parse(damaged), sample.quality);
        outcome =
            decoded.requireFinite().sameBits(sample.decoded)
                ? "the encoder's features"
                : "other features";
      } catch (StreamException e) {
        outcome = e.getClass().getSimpleName();
      }
      count("one bit of a reference file", outcome);
    }
    print();
  }

  private void count(Object damage, String outcome) {
    outcomes
        .computeIfAbsent(damage.toString(), key -> new TreeMap<>())
        .merge(outcome, 1, Integer::sum);
  }

  private static String describe(Sample sample, byte[] damaged) {
    return String.format(
        Locale.ROOT,
        "-Dfacet.seed=%d, %s, stream %s, damaged %s",
        SEED,
        sample.codec.identity(),
        HexFormat.of().formatHex(sample.stream),
        HexFormat.of().formatHex(damaged));
  }

  /** As a table for docs/corruption.md. */
  private void print() {
    List<String> columns =
        outcomes.values().stream().flatMap(m -> m.keySet().stream()).distinct().sorted().toList();
    StringBuilder table = new StringBuilder("| damage | cases | " + String.join(" | ", columns));
    table.append(" |\n|---|---|").append("---|".repeat(columns.size())).append('\n');
    outcomes.forEach((damage, counts) -> {
      int sum = counts.values().stream().mapToInt(n -> n).sum();
      table.append(String.format(Locale.ROOT, "| %s | %d |", damage, sum));
      columns.forEach(column -> table.append(" " + counts.getOrDefault(column, 0) + " |"));
      table.append('\n');
    });
    System.out.print(table);
    if (intactFrames > 0) {
      System.out.printf(
          Locale.ROOT,
          "%d streams of %d to %d bytes; %d intact frames of damaged sequences read, %d of them decoded;"
              + " slowest case %.1f s%n",
          samples.size(),
          samples.stream().mapToInt(s -> s.stream.length).min().orElseThrow(),
          samples.stream().mapToInt(s -> s.stream.length).max().orElseThrow(),
          intactFrames,
          decodedFrames,
          slowest / 1e9);
    }
  }
}
