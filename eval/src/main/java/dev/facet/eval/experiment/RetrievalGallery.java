package dev.facet.eval.experiment;

import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.metric.RetrievalPrecision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The documents of a retrieval: objects with the features by which they are found. They are ranked by the cosine of their features and
 * those of a query; of equal ones the first comes first.
 */
final class RetrievalGallery {
  /**
   * An object.
   *
   * @param embedding of length 1
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Document(Annotation object, float[] embedding) {
    /** Whether a query for this object looks for the other one: the same object where tracks are known, else one of the class. */
    boolean wants(Document other) {
      Long track = object.track();
      Long otherTrack = other.object.track();
      if (track == null || otherTrack == null) {
        return object.category() == other.object.category();
      }
      return track.equals(otherTrack);
    }
  }

  private final List<Document> documents;

  RetrievalGallery(List<Document> documents) {
    this.documents = List.copyOf(documents);
  }

  /**
   * Ranks all documents but one.
   *
   * @param query its number, which is left out
   * @param embedding the query's features, which may be decoded ones
   * @return numbers of the documents, best first
   */
  List<Integer> rank(int query, float[] embedding) {
    double[] cosines = new double[documents.size()];
    for (int i = 0; i < cosines.length; i++) {
      float[] other = documents.get(i).embedding();
      for (int k = 0; k < embedding.length; k++) {
        cosines[i] += (double) embedding[k] * other[k];
      }
    }
    List<Integer> ranking =
        new ArrayList<>(
            IntStream.range(0, cosines.length).filter(i -> i != query).boxed().toList());
    ranking.sort(Comparator.comparingDouble(i -> -cosines[i]));
    return ranking;
  }

  /** Average precision of a ranking for a query; NaN if there is nothing to find. */
  double averagePrecision(int query, List<Integer> ranking) {
    Document wanted = documents.get(query);
    boolean[] relevant = new boolean[ranking.size()];
    for (int i = 0; i < relevant.length; i++) {
      relevant[i] = wanted.wants(documents.get(ranking.get(i)));
    }
    return RetrievalPrecision.average(relevant);
  }

  /** Features of a document as they are. */
  float[] embedding(int document) {
    return documents.get(document).embedding();
  }

  int size() {
    return documents.size();
  }
}
