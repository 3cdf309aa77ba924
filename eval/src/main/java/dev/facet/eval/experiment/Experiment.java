package dev.facet.eval.experiment;

import dev.facet.codec.ModelPack;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.eval.report.HtmlReport;
import dev.facet.nn.Backend;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * An experiment of a paper, on our data: what {@code facet reproduce} runs. {@link Experiments} lists them.
 *
 * <p>Results do not depend on the number of threads, but for times; an experiment that was stopped goes on where it was.
 */
public interface Experiment {
  /** What {@code facet reproduce} takes, such as {@code s3-bdrate}. */
  String name();

  /** One line for people: what it measures, and where the paper has it. */
  String title();

  /** How many scenes are enough, where nobody says it: what two cores do in well under half an hour. */
  default int scenes() {
    return 200;
  }

  /**
   * Runs.
   *
   * @throws IOException if a picture cannot be read or coded, or a codec is missing
   * @throws InterruptedException if the thread was interrupted; what is done is kept
   * @throws IllegalArgumentException if pack and pictures do not go together
   */
  Result run(Setting setting) throws IOException, InterruptedException;

  /**
   * What an experiment runs on.
   *
   * @param pack with a detector and a codec
   * @param classifiers packs with a classification network; those that know none of the pictures' classes are not asked
   * @param backend of a single thread: pictures run side by side
   * @param samples the pictures
   * @param pictures what they are, in words
   * @param threads pictures at a time
   * @param progress folder for results as they come; experiments with the same codecs share it
   * @param videoCodecs those at hand
   * @param listener is told how far it is
   */
  record Setting(
      ModelPack pack,
      List<ModelPack> classifiers,
      Backend backend,
      Samples samples,
      String pictures,
      int threads,
      Path progress,
      VideoCodecs videoCodecs,
      Listener listener) {}

  /** Is told how far an experiment is, by one thread at a time. */
  interface Listener {
    /** How often {@link #step} is going to be called. */
    void begin(int steps);

    /** One more is done. */
    void step();
  }

  /**
   * What came out.
   *
   * @param tables the main one first
   * @param page report, to which the caller may add where it ran
   * @param summary lines for a terminal
   */
  record Result(List<ResultTable> tables, HtmlReport page, List<String> summary) {
    public Result {
      tables = List.copyOf(tables);
      summary = List.copyOf(summary);
    }
  }
}
