package dev.facet.eval.experiment;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.CodecId;
import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.experiment.RetrievalGallery.Document;
import dev.facet.eval.metric.Fidelity;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import dev.facet.vision.classification.Classifier.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Classification and retrieval on decoded feature maps of each layer of some networks (Chen et al. 2019, section 4). Of each picture one
 * object is the query: its feature map is coded, the rest of the network runs on what was decoded, and its class and its ranking of
 * the other objects of all pictures, whose features are not coded, are compared with those of the feature map itself.
 */
final class LayerFidelity {
  /**
   * What came of one query, layer and QP.
   *
   * @param bytes of the stream, headers and checks included; 0 where the picture has no query
   * @param raw bytes of the feature map as float32
   * @param label class that the network says
   * @param right whether it is the labelled one
   * @param bubble index of the ranking against the pristine one
   * @param precision average precision of the ranking, NaN if there is nothing to find
   */
  record Piece(
      int picture,
      int quality,
      long bytes,
      long raw,
      int label,
      boolean right,
      double bubble,
      double precision)
      implements Results.Entry {}

  /**
   * One row of the table.
   *
   * @param compressionRate equation 1
   * @param accuracy share of right classes
   * @param classification fidelity, equation 2
   * @param precision mean average precision of the retrieval
   * @param retrieval fidelity, equation 3
   */
  record Row(
      PackClassifier classifier,
      String layer,
      Quality qp,
      double compressionRate,
      double accuracy,
      double classification,
      double precision,
      double retrieval) {}

  /** The networks on the feature maps themselves. */
  record Pristine(PackClassifier classifier, double accuracy, double precision) {}

  /**
   * All that came out.
   *
   * @param queries how many pictures have one
   * @param documents objects in all pictures
   */
  record Outcome(int queries, int documents, List<Pristine> pristine, List<Row> rows) {}

  /** The objects of a picture, and what each network says of them. */
  private record Seen(List<Annotation> objects, List<List<Answer>> answers) {
    /** Number of the query among the objects, or -1: another place in each picture, so that small and large ones have their turn. */
    int query(int picture) {
      return objects.isEmpty() ? -1 : picture % objects.size();
    }
  }

  private final List<PackClassifier> classifiers;
  private final Experiment.Setting setting;
  private final Backend backend;
  private final CodecOptions options;
  private final String codec;
  private final List<Quality> qps;

  /**
   * Prepares a run.
   *
   * @param codec what encodes, with its version, as text
   */
  LayerFidelity(
      List<PackClassifier> classifiers,
      Experiment.Setting setting,
      CodecOptions options,
      String codec,
      List<Quality> qps) {
    this.classifiers = classifiers;
    this.setting = setting;
    this.backend = setting.backend();
    this.options = options;
    this.codec = codec;
    this.qps = qps;
  }

  /** How often the listener hears of a step. */
  int steps() {
    int layers = classifiers.stream().mapToInt(each -> each.network().cuts().size()).sum();
    return setting.samples().count() * (1 + layers * qps.size());
  }

  Outcome run(Runnable done) throws IOException, InterruptedException {
    Samples samples = setting.samples();
    Seen[] seen = new Seen[samples.count()];
    PictureLoop.run(
        samples,
        setting.threads(),
        done,
        (i, sample, step) -> {
          seen[i] = look(sample);
          step.run();
        });
    int[] first = new int[samples.count()];
    for (int i = 1; i < first.length; i++) {
      first[i] = first[i - 1] + seen[i - 1].objects.size();
    }
    List<RetrievalGallery> galleries = new ArrayList<>();
    for (int n = 0; n < classifiers.size(); n++) {
      galleries.add(gallery(seen, n));
    }
    Journal journal =
        Journal.in(setting.progress(), setting.pictures() + "\n" + samples.count() + " pictures");
    try (Results<Piece> results = new Results<>(journal, Piece.class);
        FeatureCodec logquant = FeatureCodecs.open(CodecId.LOGQUANT, options)) {
      for (PackClassifier classifier : classifiers) {
        for (String layer : classifier.network().cuts()) {
          results.open(classifier.name() + "-" + layer, codec + "\n" + classifier.digest());
        }
      }
      PictureLoop.run(
          samples,
          setting.threads(),
          done,
          (i, sample, step) ->
              new Query(i, sample, seen[i], first[i], galleries, results, logquant).run(step));
      return summary(seen, first, galleries, results);
    }
  }

  private Seen look(Sample sample) {
    List<Annotation> objects =
        Crops.objects(sample.labels()).stream()
            .filter(object -> classifiers.stream().allMatch(c -> c.knows(object.category())))
            .toList();
    Tensor picture = sample.picture().tensor();
    List<List<Answer>> answers = new ArrayList<>();
    for (PackClassifier classifier : classifiers) {
      List<Answer> each = new ArrayList<>();
      for (Annotation object : objects) {
        each.add(classifier.network().apply(prepared(classifier, picture, object)));
      }
      answers.add(each);
    }
    return new Seen(objects, answers);
  }

  private Tensor prepared(PackClassifier classifier, Tensor picture, Annotation object) {
    return classifier.network().prepare(Crops.cut(backend, picture, object.box()));
  }

  private static RetrievalGallery gallery(Seen[] seen, int network) {
    List<Document> documents = new ArrayList<>();
    for (Seen picture : seen) {
      for (int k = 0; k < picture.objects.size(); k++) {
        documents.add(
            new Document(picture.objects.get(k), picture.answers.get(network).get(k).embedding()));
      }
    }
    return new RetrievalGallery(documents);
  }

  /** One picture's query through all networks, layers and QPs. */
  private final class Query {
    private final int index;
    private final Sample sample;
    private final Seen seen;
    private final int document;
    private final List<RetrievalGallery> galleries;
    private final Results<Piece> results;
    private final FeatureCodec logquant;

    Query(
        int index,
        Sample sample,
        Seen seen,
        int firstDocument,
        List<RetrievalGallery> galleries,
        Results<Piece> results,
        FeatureCodec logquant) {
      this.index = index;
      this.sample = sample;
      this.seen = seen;
      this.document = firstDocument + seen.query(index);
      this.galleries = galleries;
      this.results = results;
      this.logquant = logquant;
    }

    void run(Runnable step) throws IOException {
      int query = seen.query(index);
      Tensor picture = sample.picture().tensor();
      int book = 0;
      for (int n = 0; n < classifiers.size(); n++) {
        PackClassifier classifier = classifiers.get(n);
        Tensor prepared = query < 0 ? null : prepared(classifier, picture, seen.objects.get(query));
        List<Integer> pristine = null;
        for (String layer : classifier.network().cuts()) {
          Tensor feature = null;
          for (Quality qp : qps) {
            if (results.get(book, index, qp.steps()) == null) {
              if (prepared == null) {
                results.add(
                    book, new Piece(index, qp.steps(), 0, 0, -1, false, Double.NaN, Double.NaN));
              } else {
                if (feature == null) {
                  feature = classifier.network().network().until(layer, prepared);
                }
                if (pristine == null) {
                  RetrievalGallery gallery = galleries.get(n);
                  pristine = gallery.rank(document, gallery.embedding(document));
                }
                results.add(book, piece(n, layer, feature, pristine, qp));
              }
            }
            step.run();
          }
          book++;
        }
      }
    }

    private Piece piece(int n, String layer, Tensor feature, List<Integer> pristine, Quality qp)
        throws IOException {
      PackClassifier classifier = classifiers.get(n);
      FeaturePyramid whole = FeaturePyramid.of(feature);
      RoundTrip trip = RoundTrip.of(logquant, sample.labels().file().toString(), whole, qp);
      Answer answer = classifier.network().after(layer, trip.decoded().level(0));
      List<Integer> ranking = galleries.get(n).rank(document, answer.embedding());
      int category = seen.objects.get(seen.query(index)).category();
      return new Piece(
          index,
          qp.steps(),
          trip.bytes(),
          whole.float32Bytes(),
          answer.label(),
          classifier.right(answer, category),
          Fidelity.bubbleIndex(pristine, ranking),
          galleries.get(n).averagePrecision(document, ranking));
    }
  }

  private Outcome summary(
      Seen[] seen, int[] first, List<RetrievalGallery> galleries, Results<Piece> results) {
    List<Pristine> pristine = new ArrayList<>();
    List<Row> rows = new ArrayList<>();
    int queries = (int) Arrays.stream(seen).filter(each -> !each.objects.isEmpty()).count();
    if (queries == 0) {
      throw new IllegalArgumentException(
          "no object is labelled that is large enough and of a class that the networks know");
    }
    int book = 0;
    for (int n = 0; n < classifiers.size(); n++) {
      PackClassifier classifier = classifiers.get(n);
      RetrievalGallery gallery = galleries.get(n);
      int[] labels = new int[queries];
      double right = 0;
      Mean precision = new Mean();
      int at = 0;
      for (int i = 0; i < seen.length; i++) {
        int query = seen[i].query(i);
        if (query >= 0) {
          Answer answer = seen[i].answers.get(n).get(query);
          labels[at++] = answer.label();
          right += classifier.right(answer, seen[i].objects.get(query).category()) ? 1 : 0;
          int document = first[i] + query;
          precision.add(
              gallery.averagePrecision(
                  document, gallery.rank(document, gallery.embedding(document))));
        }
      }
      pristine.add(new Pristine(classifier, right / queries, precision.value()));
      for (String layer : classifier.network().cuts()) {
        for (Quality qp : qps) {
          List<Piece> pieces =
              results.of(book, qp.steps(), seen.length).stream()
                  .filter(piece -> piece.bytes() > 0)
                  .toList();
          rows.add(row(classifier, layer, qp, labels, pieces));
        }
        book++;
      }
    }
    return new Outcome(queries, galleries.getFirst().size(), pristine, rows);
  }

  private static Row row(
      PackClassifier classifier, String layer, Quality qp, int[] labels, List<Piece> pieces) {
    double bytes = pieces.stream().mapToLong(Piece::bytes).sum();
    double raw = pieces.stream().mapToLong(Piece::raw).sum();
    Mean precision = new Mean();
    Mean retrieval = new Mean();
    for (Piece piece : pieces) {
      precision.add(piece.precision());
      retrieval.add(piece.bubble());
    }
    return new Row(
        classifier,
        layer,
        qp,
        bytes / raw,
        pieces.stream().filter(Piece::right).count() / (double) pieces.size(),
        Fidelity.classification(labels, pieces.stream().mapToInt(Piece::label).toArray()),
        precision.value(),
        retrieval.value());
  }

  /** Of numbers that exist, in one order. */
  private static final class Mean {
    private double sum;
    private int count;

    void add(double value) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }

    double value() {
      return count == 0 ? Double.NaN : sum / count;
    }
  }
}
