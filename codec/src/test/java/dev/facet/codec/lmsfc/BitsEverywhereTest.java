package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.testing.VectorWidths;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random models and pyramids, from features to bytes and back, in every vector width and on 1, 2 and 7 threads: one stream and one
 * result. {@code dev.facet.simd.SameBitsTest} does the same for single operations.
 */
final class BitsEverywhereTest {
  /** (model, pyramid, quality, width, threads), each encoded and decoded. */
  private static final int COMBINATIONS = Integer.getInteger("facet.combinations", 2200);

  private static final int PYRAMIDS_OF_A_MODEL = 6;
  private static final int[] THREADS = {1, 2, 7};

  /** The printed seed repeats a run: -Dfacet.seed=... */
  private static final long SEED = Long.getLong("facet.seed", System.nanoTime());

  private final Random random = new Random(SEED);

  @Test
  void everyWidthAndThreadCountGivesTheSameStreamAndFeatures() throws Exception {
    System.out.println("whole models everywhere: seed " + SEED);
    List<Backend> fast = new ArrayList<>();
    List<Backend> emulated = new ArrayList<>();
    try (Backend scalar = Backends.open("scalar", 1)) {
      for (int threads : THREADS) {
        fast.add(Backends.open("scalar", threads));
        for (int bits : VectorWidths.ALL) {
          (VectorWidths.isFast(bits) ? fast : emulated).add(VectorWidths.open(bits, threads));
        }
      }
      int combinations = 0;
      int models = 0;
      while (combinations < COMBINATIONS) {
        combinations += compare(model(models++), scalar, fast, emulated);
      }
      System.out.println(combinations + " combinations of " + models + " models: the same bits");
    } finally {
      fast.forEach(Backend::close);
      emulated.forEach(Backend::close);
    }
  }

  /** Compares some pyramids of a model, one of them on an emulated width too. Returns how many combinations there were. */
  private int compare(SmallModel model, Backend scalar, List<Backend> fast, List<Backend> emulated)
      throws Exception {
    int combinations = 0;
    try (LmsfcCodec reference = model.codec(scalar)) {
      // with its tables, lest every codec build them anew
      Checkpoint weights = SmallModel.with(model.weights(), reference.entropyTables());
      Map<Backend, LmsfcCodec> codecs = new LinkedHashMap<>();
      for (Backend backend : fast) {
        codecs.put(backend, model.codec(backend, weights, StreamLimits.DEFAULT));
      }
      if (!emulated.isEmpty()) {
        Backend slow = emulated.get(random.nextInt(emulated.size()));
        codecs.put(slow, model.codec(slow, weights, StreamLimits.DEFAULT));
      }
      for (int i = 0; i < PYRAMIDS_OF_A_MODEL; i++) {
        FeaturePyramid pyramid = model.pyramid(random.nextLong(), side(), side());
        Quality quality = model.qualities().get(random.nextInt(model.qualities().size()));
        byte[] stream = reference.encode(pyramid, quality);
        FeaturePyramid decoded = reference.decode(stream);
        for (Map.Entry<Backend, LmsfcCodec> entry : codecs.entrySet()) {
          LmsfcCodec codec = entry.getValue();
          String as =
              model
                  + " "
                  + pyramid.shapes()
                  + ", quality "
                  + quality
                  + " on "
                  + entry.getKey().description();
          assertThat(codec.encode(pyramid, quality)).as(as).isEqualTo(stream);
          assertThat(codec.decode(stream).sameBits(decoded)).as(as).isTrue();
          combinations++;
        }
        codecs.keySet().removeAll(emulated);
      }
    }
    return combinations;
  }

  /** Channels on both sides of 16, where Winograd begins, and of every vector's lanes. */
  private SmallModel model(int number) {
    int features = 1 + random.nextInt(number % 4 == 0 ? 20 : 6);
    int latent = 2 + random.nextInt(number % 4 == 0 ? 20 : 6);
    int hidden = random.nextBoolean() ? latent : 2 + random.nextInt(6);
    return new SmallModel(
        random.nextLong(), features, latent, hidden, random.nextBoolean(), random.nextInt(4));
  }

  /** Mostly one tile of 64, sometimes two. */
  private int side() {
    return 1 + random.nextInt(random.nextInt(8) == 0 ? 80 : 64);
  }
}
