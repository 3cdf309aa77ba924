package dev.facet.eval.experiment;

import dev.facet.nn.Parallel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;

/** Looks at pictures one by one, several at a time, each by one thread. */
final class PictureLoop {
  /** What is done with a picture. */
  @FunctionalInterface
  interface Look {
    /**
     * Looks at one.
     *
     * @param step to be run after each part of the work: counts, and stops a run that was interrupted
     */
    void at(int index, Sample sample, Runnable step) throws IOException;
  }

  private PictureLoop() {}

  /**
   * Looks at all.
   *
   * @param done run by each step, by one thread at a time
   * @throws IOException if a picture cannot be read, or looking at it fails
   * @throws InterruptedException if the thread was interrupted
   */
  static void run(Samples samples, int threads, Runnable done, Look look)
      throws IOException, InterruptedException {
    Object lock = new Object();
    Runnable step =
        () -> {
          synchronized (lock) {
            done.run();
          }
          if (Thread.interrupted()) {
            throw new CancellationException();
          }
        };
    try (Parallel parallel = new Parallel(threads)) {
      parallel.forEach(
          samples.count(),
          i -> {
            try {
              look.at(i, samples.reader().read(i), step);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CancellationException e) {
      throw new InterruptedException("interrupted");
    }
  }
}
