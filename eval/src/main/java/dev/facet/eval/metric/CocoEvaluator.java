package dev.facet.eval.metric;

import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.Category;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.dataset.LabelledImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Average precision and recall as COCO defines them (Lin et al. 2014; cocodataset.org/#detection-eval): to the last rule those of
 * pycocotools, with which the tests compare. Ties of scores are broken by image id and then by the order of the results.
 */
public final class CocoEvaluator {
  private static final int[] MOST_DETECTIONS = {1, 10, 100};
  private static final double[] THRESHOLDS = PrecisionRecall.thresholds();

  private final DetectionDataset dataset;
  private final Region region;

  /**
   * Compares with the objects of a data set.
   *
   * @throws IllegalArgumentException if masks are to be compared and an object has none
   */
  public CocoEvaluator(DetectionDataset dataset, Region region) {
    this.dataset = dataset;
    this.region = region;
    for (LabelledImage image : dataset.images()) {
      for (Annotation object : image.annotations()) {
        if (region == Region.MASK && object.mask() == null) {
          throw new IllegalArgumentException(
              "image " + image.id() + " has an object without a mask (RLE); compare boxes");
        }
      }
    }
  }

  /**
   * How good these detections are.
   *
   * @throws IllegalArgumentException if one is of an image or a class that the data set does not have, or lacks the mask that is to be
   *     compared
   */
  public CocoMetrics evaluate(List<CocoResult> results) {
    Map<Long, List<CocoResult>> byImage = new HashMap<>();
    for (LabelledImage image : dataset.images()) {
      byImage.put(image.id(), new ArrayList<>());
    }
    for (CocoResult result : results) {
      List<CocoResult> list = byImage.get(result.image());
      if (list == null
          || result.category() < 0
          || result.category() >= dataset.categories().size()) {
        throw new IllegalArgumentException(
            "the data set has no image " + result.image() + " or no class " + result.category());
      }
      if (region == Region.MASK && result.mask() == null) {
        throw new IllegalArgumentException(
            "a detection in image " + result.image() + " has no mask; compare boxes");
      }
      list.add(result);
    }
    List<LabelledImage> images =
        dataset.images().stream().sorted(Comparator.comparingLong(LabelledImage::id)).toList();
    Summary summary = new Summary();
    List<CocoMetrics.ClassPrecision> classes = new ArrayList<>();
    for (int c = 0; c < dataset.categories().size(); c++) {
      Category category = dataset.categories().get(c);
      Map<AreaRange, double[]> precisions = summary.add(matches(images, byImage, c));
      double[] precision = precisions.getOrDefault(AreaRange.ALL, new double[0]);
      classes.add(
          new CocoMetrics.ClassPrecision(
              category.name(), mean(precision), precision.length == 0 ? Double.NaN : precision[0]));
    }
    return summary.metrics(classes);
  }

  private List<ImageMatches> matches(
      List<LabelledImage> images, Map<Long, List<CocoResult>> byImage, int category) {
    List<ImageMatches> matches = new ArrayList<>();
    for (LabelledImage image : images) {
      List<Annotation> objects =
          image.annotations().stream().filter(a -> a.category() == category).toList();
      List<CocoResult> detections =
          byImage.getOrDefault(image.id(), List.of()).stream()
              .filter(r -> r.category() == category)
              .toList();
      if (!objects.isEmpty() || !detections.isEmpty()) {
        matches.add(new ImageMatches(objects, detections, region, MOST_DETECTIONS[2]));
      }
    }
    return matches;
  }

  /** Average precisions and recalls, of every class that has objects: the numbers whose means are the summary. */
  private static final class Summary {
    private final Map<AreaRange, List<double[]>> precisions = new EnumMap<>(AreaRange.class);
    private final Map<AreaRange, List<double[]>> recalls = new EnumMap<>(AreaRange.class);
    private final List<double[]> recallsOfOne = new ArrayList<>();
    private final List<double[]> recallsOfTen = new ArrayList<>();

    /** Takes one class; its average precision at each threshold, for the ranges in which it has objects. */
    Map<AreaRange, double[]> add(List<ImageMatches> images) {
      Map<AreaRange, double[]> classPrecisions = new EnumMap<>(AreaRange.class);
      for (AreaRange range : AreaRange.values()) {
        int objects = images.stream().mapToInt(image -> image.objects(range)).sum();
        if (objects > 0) {
          List<Ranking> rankings =
              IntStream.of(MOST_DETECTIONS).mapToObj(most -> new Ranking(images, most)).toList();
          double[] precision = new double[THRESHOLDS.length];
          double[][] recall = new double[MOST_DETECTIONS.length][THRESHOLDS.length];
          for (int t = 0; t < THRESHOLDS.length; t++) {
            double threshold = THRESHOLDS[t];
            List<byte[]> verdicts =
                images.stream().map(image -> image.verdicts(range, threshold)).toList();
            for (int m = 0; m < MOST_DETECTIONS.length; m++) {
              PrecisionRecall curve =
                  PrecisionRecall.of(rankings.get(m).inOrder(verdicts), objects);
              precision[t] = curve.averagePrecision();
              recall[m][t] = curve.recall();
            }
          }
          classPrecisions.put(range, precision);
          precisions.computeIfAbsent(range, r -> new ArrayList<>()).add(precision);
          recalls.computeIfAbsent(range, r -> new ArrayList<>()).add(recall[2]);
          if (range == AreaRange.ALL) {
            recallsOfOne.add(recall[0]);
            recallsOfTen.add(recall[1]);
          }
        }
      }
      return classPrecisions;
    }

    CocoMetrics metrics(List<CocoMetrics.ClassPrecision> classes) {
      return new CocoMetrics(
          meanOf(precisions, AreaRange.ALL),
          at(0),
          at(5),
          meanOf(precisions, AreaRange.SMALL),
          meanOf(precisions, AreaRange.MEDIUM),
          meanOf(precisions, AreaRange.LARGE),
          meanOf(recallsOfOne),
          meanOf(recallsOfTen),
          meanOf(recalls, AreaRange.ALL),
          meanOf(recalls, AreaRange.SMALL),
          meanOf(recalls, AreaRange.MEDIUM),
          meanOf(recalls, AreaRange.LARGE),
          classes);
    }

    private double at(int threshold) {
      return mean(
          precisions.getOrDefault(AreaRange.ALL, List.of()).stream()
              .mapToDouble(values -> values[threshold])
              .toArray());
    }

    private static double meanOf(Map<AreaRange, List<double[]>> values, AreaRange range) {
      return meanOf(values.getOrDefault(range, List.of()));
    }

    /** Every class has as many numbers, one a threshold. */
    private static double meanOf(List<double[]> values) {
      return mean(values.stream().mapToDouble(CocoEvaluator::mean).toArray());
    }
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return values.length == 0 ? Double.NaN : sum / values.length;
  }

  /** The detections of all images by falling score, of each image the {@code most} best. */
  private static final class Ranking {
    private final int[] images;
    private final int[] detections;

    Ranking(List<ImageMatches> all, int most) {
      record Entry(int image, int detection, double score) {}
      List<Entry> entries = new ArrayList<>();
      for (int i = 0; i < all.size(); i++) {
        for (int d = 0; d < Math.min(most, all.get(i).count()); d++) {
          entries.add(new Entry(i, d, all.get(i).score(d)));
        }
      }
      entries.sort(Comparator.comparingDouble(Entry::score).reversed());
      images = entries.stream().mapToInt(Entry::image).toArray();
      detections = entries.stream().mapToInt(Entry::detection).toArray();
    }

    byte[] inOrder(List<byte[]> verdicts) {
      byte[] ordered = new byte[images.length];
      for (int i = 0; i < ordered.length; i++) {
        ordered[i] = verdicts.get(images[i])[detections[i]];
      }
      return ordered;
    }
  }
}
