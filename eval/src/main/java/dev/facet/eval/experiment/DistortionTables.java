package dev.facet.eval.experiment;

import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoStandard;
import dev.facet.eval.distortion.BicubicResize;
import dev.facet.eval.distortion.CodingNoise;
import dev.facet.eval.distortion.Distortion;
import dev.facet.eval.distortion.GaussianBlur;
import dev.facet.eval.distortion.GaussianNoise;
import dev.facet.eval.distortion.UniformQuantisation;
import dev.facet.nn.Backend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The conditions of tables 1 to 5 of S0, with the figures printed there, and some more strengths of the noise. */
final class DistortionTables {
  /** AP over IoU 0.5 to 0.95 of the paper's masks without any distortion, in percent. */
  static final double PAPER_MAP = 40.3;

  private static final int WIDE = 21;
  private static final int NARROW = 5;

  /** What random distortions are repeated; the median counts. */
  private static final int REPETITIONS = 3;

  /** What is damaged. */
  enum Domain {
    FEATURE,
    IMAGE;

    String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Figures of the paper: of the features, of the image (where this is what was damaged), and AP in percent.
   *
   * @param ssimI null where features are damaged
   * @param psnrI null where features are damaged
   */
  record Printed(
      double ssimF, double psnrF, @Nullable Double ssimI, @Nullable Double psnrI, double map) {
    private static Printed feature(double ssim, double psnr, double map) {
      return new Printed(ssim, psnr, null, null, map);
    }
  }

  /**
   * A row.
   *
   * @param table number of the paper's table
   * @param strength the number that says how much, for a chart
   * @param repetitions how often it is measured
   * @param printed null where the paper has no such row
   */
  record Condition(
      int table,
      Domain domain,
      Distortion distortion,
      double strength,
      int repetitions,
      @Nullable Printed printed) {
    /** Name in the paper's manner, such as {@code Feature(sigma=1, ws=21)}. */
    String label() {
      String name = domain == Domain.FEATURE ? "Feature" : "Image";
      return name + "(" + distortion.describe() + ")";
    }
  }

  private final List<Condition> conditions = new ArrayList<>();

  private DistortionTables() {}

  /** Title of a table. */
  static String title(int table) {
    return switch (table) {
      case 1 -> "Gaussian blur";
      case 2 -> "Gaussian noise";
      case 3 -> "Bicubic resizing";
      case 4 -> "Uniform quantisation";
      default -> "Coding noise";
    };
  }

  /** What {@link Condition#strength} is in a table. */
  static String axis(int table) {
    return switch (table) {
      case 1, 2 -> "sigma";
      case 3 -> "factor";
      case 4 -> "bits";
      default -> "QP";
    };
  }

  /** All rows, table by table. */
  static List<Condition> of(Backend backend, VideoCodecs codecs, VideoStandard standard) {
    DistortionTables rows = new DistortionTables();
    rows.blur(
        1,
        Printed.feature(0.545, 26.23, 34.8),
        image(0.690, 32.38, 0.572, 28.35, 35.7),
        Printed.feature(0.552, 26.32, 34.9));
    rows.blur(
        1.5,
        Printed.feature(0.372, 23.78, 29.7),
        image(0.578, 29.47, 0.375, 25.87, 32.7),
        Printed.feature(0.432, 24.46, 31.5));
    rows.blur(
        3,
        Printed.feature(0.142, 20.42, 15.4),
        image(0.356, 25.16, 0.176, 22.82, 18.9),
        Printed.feature(0.344, 23.28, 29.2));
    rows.noise(1, Printed.feature(0.942, 46.47, 39.2), image(0.653, 31.33, 0.583, 24.06, 33.2));
    rows.noise(3, Printed.feature(0.805, 37.33, 39.2), image(0.416, 26.11, 0.317, 17.35, 20.1));
    rows.noise(5, Printed.feature(0.675, 33.12, 39.0), image(0.321, 24.12, 0.119, 15.33, 10.5));
    // the PSNR of the paper's images with sigma 1 and 5 (docs/measures.md)
    rows.noise(16, null, null);
    rows.noise(48, null, null);
    rows.pair(
        3,
        2,
        new BicubicResize(2, backend),
        Printed.feature(0.755, 31.97, 36.4),
        image(0.685, 31.87, 0.630, 29.18, 33.6));
    rows.pair(
        3,
        4,
        new BicubicResize(4, backend),
        Printed.feature(0.366, 26.49, 22.9),
        image(0.389, 25.40, 0.282, 23.32, 18.1));
    rows.pair(
        3,
        8,
        new BicubicResize(8, backend),
        Printed.feature(0.151, 23.95, 5.8),
        image(0.216, 21.86, 0.146, 20.46, 5.6));
    rows.pair(
        4,
        8,
        new UniformQuantisation(8),
        Printed.feature(0.997, 58.92, 39.3),
        image(0.992, 59.16, 0.989, 57.58, 39.1));
    rows.pair(
        4,
        4,
        new UniformQuantisation(4),
        Printed.feature(0.774, 34.31, 38.8),
        image(0.800, 36.08, 0.729, 37.27, 37.8));
    rows.pair(
        4,
        2,
        new UniformQuantisation(2),
        Printed.feature(0.211, 18.91, 37.1),
        image(0.372, 25.03, 0.312, 21.93, 20.4));
    rows.pair(
        5,
        32,
        new CodingNoise(codecs, standard, 32),
        Printed.feature(0.501, 29.60, 35.5),
        image(0.628, 30.55, 0.522, 27.26, 35.5));
    rows.pair(
        5,
        40,
        new CodingNoise(codecs, standard, 40),
        Printed.feature(0.394, 27.72, 32.0),
        image(0.500, 27.77, 0.429, 26.37, 29.8));
    rows.pair(
        5,
        47,
        new CodingNoise(codecs, standard, 47),
        Printed.feature(0.138, 24.51, 14.0),
        image(0.227, 22.09, 0.208, 23.35, 8.6));
    return List.copyOf(rows.conditions);
  }

  private static Printed image(double ssimF, double psnrF, double ssimI, double psnrI, double map) {
    return new Printed(ssimF, psnrF, ssimI, psnrI, map);
  }

  private void blur(double sigma, Printed wide, Printed image, Printed narrow) {
    pair(1, sigma, new GaussianBlur(sigma, WIDE), wide, image);
    conditions.add(
        new Condition(1, Domain.FEATURE, new GaussianBlur(sigma, NARROW), sigma, 1, narrow));
  }

  private void noise(double sigma, @Nullable Printed feature, @Nullable Printed image) {
    pair(2, sigma, new GaussianNoise(sigma), feature, image);
  }

  private void pair(
      int table,
      double strength,
      Distortion distortion,
      @Nullable Printed feature,
      @Nullable Printed image) {
    int repetitions = distortion.random() ? REPETITIONS : 1;
    conditions.add(
        new Condition(table, Domain.FEATURE, distortion, strength, repetitions, feature));
    conditions.add(new Condition(table, Domain.IMAGE, distortion, strength, repetitions, image));
  }
}
