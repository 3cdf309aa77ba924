package dev.facet.eval.experiment;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.LevelError;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.LevelShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one quality costs in bytes, errors and time, over all pyramids.
 *
 * @param quality of the codec
 * @param bytes of all streams
 * @param bpp bits per pixel of the pictures
 * @param ratio bytes of the float32 features by bytes of the streams
 * @param levels errors of each level: MSE and PSNR are means over the pyramids, the largest error is that of all
 * @param encodeSeconds for a pyramid, the median
 * @param decodeSeconds for a pyramid, the median
 */
public record RateDistortion(
    Quality quality,
    long bytes,
    double bpp,
    double ratio,
    List<LevelError> levels,
    double encodeSeconds,
    double decodeSeconds) {
  /** Pixels of a picture for each position of p2, where nothing says how large it was. */
  private static final int P2_AREA = 16;

  /** One pyramid at one quality. */
  record Entry(int bytes, List<LevelError> errors, double encodeSeconds, double decodeSeconds) {}

  /** Reads a pyramid from a file. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads.
     *
     * @throws IOException if it cannot be read
     */
    FeaturePyramid read(Path file) throws IOException;
  }

  /**
   * Codes pyramids at every quality, one pyramid in memory at a time.
   *
   * @param done called after each pyramid and quality
   * @return one for each quality, in their order
   * @throws IOException if a pyramid cannot be read or coded
   * @throws InterruptedException if the thread was interrupted
   */
  public static List<RateDistortion> run(
      FeatureCodec codec, List<Path> files, Reader reader, List<Quality> qualities, Runnable done)
      throws IOException, InterruptedException {
    List<List<Entry>> entries = new ArrayList<>();
    qualities.forEach(quality -> entries.add(new ArrayList<>()));
    long raw = 0;
    long pixels = 0;
    for (Path file : files) {
      FeaturePyramid pyramid = reader.read(file);
      raw += pyramid.float32Bytes();
      pixels += pixels(pyramid);
      for (int q = 0; q < qualities.size(); q++) {
        if (Thread.interrupted()) {
          throw new InterruptedException("interrupted");
        }
        RoundTrip trip = RoundTrip.of(codec, file.toString(), pyramid, qualities.get(q));
        entries.get(q).add(trip.entry());
        done.run();
      }
    }
    List<RateDistortion> points = new ArrayList<>();
    for (int q = 0; q < qualities.size(); q++) {
      points.add(of(qualities.get(q), entries.get(q), raw, pixels));
    }
    return points;
  }

  /** Pixels of the picture, or as many as p2 stands for. */
  static long pixels(FeaturePyramid pyramid) {
    LevelShape p2 = pyramid.shapes().getFirst();
    return pyramid
        .picture()
        .map(size -> (long) size.height() * size.width())
        .orElse(P2_AREA * p2.pixels());
  }

  static RateDistortion of(Quality quality, List<Entry> entries, long rawBytes, long pixels) {
    long bytes = entries.stream().mapToLong(Entry::bytes).sum();
    return new RateDistortion(
        quality,
        bytes,
        8.0 * bytes / pixels,
        rawBytes / (double) bytes,
        levels(entries),
        Seconds.median(entries, Entry::encodeSeconds),
        Seconds.median(entries, Entry::decodeSeconds));
  }

  private static List<LevelError> levels(List<Entry> entries) {
    List<LevelError> levels = new ArrayList<>();
    for (int i = 0; i < entries.getFirst().errors().size(); i++) {
      int level = i;
      double mse = 0;
      double psnr = 0;
      double largest = 0;
      for (Entry entry : entries) {
        LevelError error = entry.errors().get(level);
        mse += error.mse() / entries.size();
        psnr += error.psnr() / entries.size();
        largest = Math.max(largest, error.largest());
      }
      String name = entries.getFirst().errors().get(level).level();
      levels.add(new LevelError(name, mse, psnr, largest));
    }
    return levels;
  }
}
