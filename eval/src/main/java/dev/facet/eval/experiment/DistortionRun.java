package dev.facet.eval.experiment;

import dev.facet.codec.FeaturePyramid;
import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.dataset.DetectionDataset;
import dev.facet.eval.dataset.LabelledImage;
import dev.facet.eval.distortion.Distortions;
import dev.facet.eval.experiment.DistortionTables.Condition;
import dev.facet.eval.experiment.DistortionTables.Domain;
import dev.facet.eval.metric.CocoEvaluator;
import dev.facet.eval.metric.Region;
import dev.facet.eval.metric.Similarity;
import dev.facet.nn.Tensor;
import dev.facet.vision.classification.Classifier;
import dev.facet.vision.detection.Detections;
import dev.facet.vision.image.Picture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Detection and classification on damaged pictures and on damaged features (S0). Features are the detector's pyramid, and for classification
 * the output of {@value #CUT} on squares around the labelled objects.
 */
final class DistortionRun {
  /** Behind this stage the classification networks are cut. */
  static final String CUT = "conv4";

  private static final long SEED = 1;

  /**
   * What came of one picture.
   *
   * @param quality number of the repetition
   * @param ssimF similarity of the pyramid, the mean of its levels; NaN if nothing is damaged
   * @param psnrF the same in dB
   * @param ssimI similarity of the picture; NaN if it is not damaged
   * @param psnrI the same in dB
   * @param boxes of the detections, x1, y1, x2, y2 of each
   * @param labels of the detections, from 1 on
   * @param scores of the detections, falling
   * @param objects classified
   * @param right for each network, how many of them got their label
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Piece(
      int picture,
      int quality,
      double ssimF,
      double psnrF,
      double ssimI,
      double psnrI,
      float[] boxes,
      int[] labels,
      float[] scores,
      int objects,
      int[] right)
      implements Results.Entry {
    /**
     * @throws IllegalArgumentException if boxes, labels and scores are not as many
     */
    Piece {
      new Detections(boxes, labels, scores);
    }
  }

  /**
   * One row; means over the pictures, accuracies the median of the repetitions.
   *
   * @param condition null for nothing damaged
   * @param map AP over IoU 0.5 to 0.95
   * @param accuracy of each network, the share of objects that got their label
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Row(
      @Nullable Condition condition,
      double ssimF,
      double psnrF,
      double ssimI,
      double psnrI,
      double map,
      double[] accuracy) {}

  private final SplitDetector detector;
  private final List<PackClassifier> classifiers;
  private final List<Condition> conditions;
  private final Experiment.Setting setting;

  DistortionRun(
      SplitDetector detector,
      List<PackClassifier> classifiers,
      List<Condition> conditions,
      Experiment.Setting setting) {
    this.detector = detector;
    this.classifiers = classifiers;
    this.conditions = conditions;
    this.setting = setting;
  }

  /** How often the listener hears of a step. */
  int steps() {
    int each = 1 + conditions.stream().mapToInt(Condition::repetitions).sum();
    return each * setting.samples().count();
  }

  /**
   * Runs.
   *
   * @param codec what makes coding noise, with its version, as text
   * @return a row for nothing damaged, and one for each condition
   */
  List<Row> run(String codec, Runnable done) throws IOException, InterruptedException {
    Samples samples = setting.samples();
    int[] categories =
        ClassNames.require(
            "the detector of " + detector.name() + " finds",
            detector.classes(),
            samples.categories());
    StringBuilder about = new StringBuilder(setting.pictures()).append('\n');
    about.append(detector.digest()).append('\n');
    classifiers.forEach(each -> about.append(each.digest()).append('\n'));
    Journal journal = Journal.in(setting.progress(), about.toString());
    LabelledImage[] labels = new LabelledImage[samples.count()];
    try (Results<Piece> results = new Results<>(journal, Piece.class)) {
      results.open("undamaged", CUT);
      for (Condition condition : conditions) {
        String name = condition.label().replaceAll("[^A-Za-z0-9.]+", "-").replaceAll("-$", "");
        results.open(name, CUT + " " + (condition.table() == 5 ? codec : ""));
      }
      PictureLoop.run(
          samples,
          setting.threads(),
          done,
          (i, sample, step) -> {
            labels[i] = sample.labels();
            new Look(i, sample, results).run(step);
          });
      return summary(
          new DetectionDataset(samples.categories(), List.of(labels)), categories, results);
    }
  }

  /** One picture under all conditions. */
  private final class Look {
    private final int index;
    private final Sample sample;
    private final Results<Piece> results;
    private final List<Annotation> objects;

    /** Made when they are first needed: a run that goes on may need none. */
    private @Nullable FeaturePyramid pyramid;

    private @Nullable List<List<Tensor>> features;

    Look(int index, Sample sample, Results<Piece> results) {
      this.index = index;
      this.sample = sample;
      this.results = results;
      this.objects =
          Crops.objects(sample.labels()).stream()
              .filter(object -> classifiers.stream().allMatch(c -> c.knows(object.category())))
              .toList();
    }

    void run(Runnable step) throws IOException {
      if (results.get(0, index, 0) == null) {
        results.add(0, undamaged());
      }
      step.run();
      for (int k = 0; k < conditions.size(); k++) {
        Condition condition = conditions.get(k);
        for (int repetition = 0; repetition < condition.repetitions(); repetition++) {
          if (results.get(k + 1, index, repetition) == null) {
            results.add(
                k + 1,
                condition.domain() == Domain.FEATURE
                    ? features(condition, repetition)
                    : picture(condition, repetition));
          }
          step.run();
        }
      }
    }

    private FeaturePyramid pyramid() {
      FeaturePyramid known = pyramid;
      if (known == null) {
        known = detector.features(sample.picture());
        pyramid = known;
      }
      return known;
    }

    /** Of each network, its feature maps of the objects. */
    private List<List<Tensor>> features() {
      List<List<Tensor>> known = features;
      if (known == null) {
        known = features(sample.picture());
        features = known;
      }
      return known;
    }

    private List<List<Tensor>> features(Picture picture) {
      Tensor rgb = picture.tensor();
      List<List<Tensor>> all = new ArrayList<>();
      for (PackClassifier classifier : classifiers) {
        Classifier network = classifier.network();
        all.add(
            objects.stream()
                .map(object -> Crops.cut(setting.backend(), rgb, object.box()))
                .map(crop -> network.network().until(CUT, network.prepare(crop)))
                .toList());
      }
      return all;
    }

    private int[] right(List<List<Tensor>> maps) {
      int[] right = new int[classifiers.size()];
      for (int n = 0; n < right.length; n++) {
        PackClassifier classifier = classifiers.get(n);
        for (int k = 0; k < objects.size(); k++) {
          Classifier.Answer answer = classifier.network().after(CUT, maps.get(n).get(k));
          right[n] += classifier.right(answer, objects.get(k).category()) ? 1 : 0;
        }
      }
      return right;
    }

    private Piece undamaged() {
      Similarity none = new Similarity(Double.NaN, Double.NaN);
      return piece(0, none, none, pyramid(), right(features()));
    }

    private Piece features(Condition condition, int repetition) throws IOException {
      long seed = Distortions.seed(Distortions.seed(SEED, index), repetition);
      FeaturePyramid damaged = Distortions.features(condition.distortion(), pyramid(), seed);
      List<List<Tensor>> maps = new ArrayList<>();
      for (List<Tensor> network : features()) {
        List<Tensor> each = new ArrayList<>();
        for (Tensor map : network) {
          long own = Distortions.seed(seed, 1L + each.size());
          FeaturePyramid one = FeaturePyramid.of(map);
          each.add(Distortions.features(condition.distortion(), one, own).level(0));
        }
        maps.add(each);
      }
      Similarity none = new Similarity(Double.NaN, Double.NaN);
      return piece(repetition, Similarity.of(pyramid(), damaged), none, damaged, right(maps));
    }

    private Piece picture(Condition condition, int repetition) throws IOException {
      long seed = Distortions.seed(Distortions.seed(SEED, index), repetition);
      Picture damaged = Distortions.picture(condition.distortion(), sample.picture(), seed);
      FeaturePyramid levels = detector.features(damaged);
      return piece(
          repetition,
          Similarity.of(pyramid(), levels),
          Similarity.of(sample.picture(), damaged),
          levels,
          right(features(damaged)));
    }

    private Piece piece(
        int repetition,
        Similarity ofFeatures,
        Similarity ofPicture,
        FeaturePyramid levels,
        int[] right) {
      Detections found = detector.detect(levels);
      return new Piece(
          index,
          repetition,
          ofFeatures.ssim(),
          ofFeatures.psnr(),
          ofPicture.ssim(),
          ofPicture.psnr(),
          found.boxes(),
          found.labels(),
          found.scores(),
          objects.size(),
          right);
    }
  }

  private List<Row> summary(DetectionDataset labels, int[] categories, Results<Piece> results) {
    CocoEvaluator evaluator = new CocoEvaluator(labels, Region.BOX);
    List<Row> rows = new ArrayList<>();
    rows.add(row(null, 1, 0, labels, evaluator, categories, results));
    if (Double.isNaN(rows.getFirst().map())) {
      throw new IllegalArgumentException(
          "no object is labelled in the pictures: there is nothing to find");
    }
    for (int k = 0; k < conditions.size(); k++) {
      Condition condition = conditions.get(k);
      rows.add(
          row(condition, condition.repetitions(), k + 1, labels, evaluator, categories, results));
    }
    return rows;
  }

  private Row row(
      @Nullable Condition condition,
      int repetitions,
      int book,
      DetectionDataset labels,
      CocoEvaluator evaluator,
      int[] categories,
      Results<Piece> results) {
    int pictures = labels.images().size();
    double[] maps = new double[repetitions];
    double[][] accuracy = new double[classifiers.size()][repetitions];
    List<Piece> all = new ArrayList<>();
    for (int repetition = 0; repetition < repetitions; repetition++) {
      List<Piece> pieces = results.of(book, repetition, pictures);
      all.addAll(pieces);
      maps[repetition] = evaluator.evaluate(found(pieces, labels, categories)).ap();
      double objects = pieces.stream().mapToInt(Piece::objects).sum();
      for (int n = 0; n < accuracy.length; n++) {
        int network = n;
        int right = pieces.stream().mapToInt(piece -> piece.right()[network]).sum();
        accuracy[n][repetition] = objects == 0 ? 0 : right / objects;
      }
    }
    return new Row(
        condition,
        all.stream().mapToDouble(Piece::ssimF).average().orElseThrow(),
        all.stream().mapToDouble(Piece::psnrF).average().orElseThrow(),
        all.stream().mapToDouble(Piece::ssimI).average().orElseThrow(),
        all.stream().mapToDouble(Piece::psnrI).average().orElseThrow(),
        median(maps),
        Arrays.stream(accuracy).mapToDouble(DistortionRun::median).toArray());
  }

  private static List<CocoResult> found(
      List<Piece> pieces, DetectionDataset labels, int[] categories) {
    List<CocoResult> results = new ArrayList<>();
    for (Piece piece : pieces) {
      long image = labels.images().get(piece.picture()).id();
      Detections detections = new Detections(piece.boxes(), piece.labels(), piece.scores());
      for (CocoResult result : CocoResult.of(image, detections)) {
        int category = categories[result.category()];
        if (category >= 0) {
          results.add(new CocoResult(image, category, result.box(), result.score()));
        }
      }
    }
    return results;
  }

  private static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
