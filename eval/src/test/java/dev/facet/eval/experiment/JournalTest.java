package dev.facet.eval.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.LevelError;
import dev.facet.codec.ModelCodec;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.internal.RandomModel;
import dev.facet.eval.experiment.RateAccuracyRun.Outcome;
import dev.facet.eval.scenes.SceneGenerator;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.testing.TinyDetector;
import dev.facet.testing.TinyPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  private static final LevelError ERROR =
      new LevelError("p2", 0.1, Double.POSITIVE_INFINITY, Double.MIN_VALUE);

  @TempDir private Path folder;

  private static Piece piece(int picture) {
    return new Piece(
        picture,
        32,
        1L << 40,
        List.of(ERROR, ERROR),
        1 / 3.0,
        2e-9,
        new float[] {0.1f, -1e-30f, 3, 4, 5, 6, 7, 1 / 3f},
        new int[] {1, 6},
        new float[] {0.9f, Float.MIN_VALUE},
        5);
  }

  private List<Piece> read(String about, String key) throws IOException {
    try (Journal.Book<Piece> book = Journal.in(folder, about).open("codec", key, Piece.class)) {
      return book.pieces();
    }
  }

  private void write(Piece piece) throws IOException {
    try (Journal.Book<Piece> book =
        Journal.in(folder, "scenes").open("codec", "key", Piece.class)) {
      book.add(piece);
    }
  }

  @Test
  void givesBackEveryBit() throws IOException {
    write(piece(0));
    write(piece(1));
    List<Piece> read = read("scenes", "key");
    assertThat(read).hasSize(2);
    assertThat(read.get(1)).usingRecursiveComparison().withStrictTypeChecking().isEqualTo(piece(1));
    // another detector, data set or codec has other results
    assertThat(read("others", "key")).isEmpty();
    assertThat(read("scenes", "another key")).isEmpty();
  }

  @Test
  void aLineThatWasNotFinishedIsLostAlone() throws IOException {
    write(piece(0));
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    String line = Files.readString(file);
    Files.writeString(file, line.substring(0, line.length() / 2), StandardOpenOption.APPEND);
    assertThat(read("scenes", "key")).hasSize(1);
    write(piece(2));
    assertThat(read("scenes", "key")).extracting(Piece::picture).containsExactly(0, 2);
  }

  /** Whatever is in the file: what is no result is measured again. */
  @FuzzTest
  void anyLine(byte[] bytes) throws IOException {
    Path place = Files.createTempDirectory("journal");
    try {
      Journal journal = Journal.in(place, "");
      journal.open("codec", "", Piece.class).close();
      Path file;
      try (Stream<Path> files = Files.list(place)) {
        file = files.findFirst().orElseThrow();
      }
      Files.write(file, bytes);
      try (Journal.Book<Piece> book = journal.open("codec", "", Piece.class)) {
        book.pieces().forEach(piece -> assertThat(piece.detections().count()).isNotNegative());
      }
      Files.delete(file);
    } finally {
      Files.delete(place);
    }
  }

  /** A run that was stopped goes on where it was, and one with a quality or codec more measures only these. */
  @Test
  void runsGoOn() throws Exception {
    Samples samples = Samples.of(SceneGenerator.of(7, 256, 128), 3);
    RandomModel model =
        new RandomModel(5, TinyDetector.CHANNELS, TinyPack.LATENT, true, TinyPack.QUALITIES);
    ModelPack pack =
        ModelPack.load(TinyPack.write(folder.resolve("tiny"), model.weights(), TinyPack.CLASSES));
    Journal journal = Journal.in(folder.resolve("journal"), "scenes");
    AtomicInteger coded = new AtomicInteger();
    try (Backend backend = Backends.open();
        ModelCodec codec = FeatureCodecs.open(pack, backend)) {
      SplitDetector detector = new SplitDetector(pack, backend);
      Contender full = Contender.of(codec, List.of(Quality.of(0), Quality.of(1)));
      Contender counted =
          new Contender(
              full.name(),
              full.key(),
              full.qualities(),
              (sample, features, quality) -> {
                coded.incrementAndGet();
                return full.coder().code(sample, features, quality);
              });
      Contender first =
          new Contender(full.name(), full.key(), List.of(Quality.of(0)), counted.coder());
      new RateAccuracyRun(detector, List.of(first), 1, journal)
          .run(new Samples(samples.categories(), 2, samples.reader()), () -> {});
      assertThat(coded).hasValue(2);
      Outcome outcome =
          new RateAccuracyRun(detector, List.of(counted), 2, journal)
              .run(samples, () -> {})
              .getFirst();
      assertThat(coded).hasValue(6);
      AtomicInteger steps = new AtomicInteger();
      Outcome again =
          new RateAccuracyRun(detector, List.of(counted), 1, journal)
              .run(samples, steps::incrementAndGet)
              .getFirst();
      assertThat(coded).hasValue(6);
      assertThat(steps).hasValue(9);
      Outcome fresh =
          new RateAccuracyRun(detector, List.of(full), 1, Journal.none())
              .run(samples, () -> {})
              .getFirst();
      assertThat(outcome.curve()).isEqualTo(fresh.curve());
      assertThat(again.curve()).isEqualTo(fresh.curve());
      assertThat(again.coded().getFirst().detection().results())
          .isEqualTo(fresh.coded().getFirst().detection().results());
      assertThat(again.coded().getFirst().rate().levels())
          .isEqualTo(fresh.coded().getFirst().rate().levels());
      assertThat(detector.digest())
          .isEqualTo(new SplitDetector(pack, backend).digest())
          .hasSize(64);
    }
  }
}
