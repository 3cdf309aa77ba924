package dev.facet.eval.experiment;

import dev.facet.codec.LevelError;
import dev.facet.vision.detection.Detections;
import java.util.List;

/**
 * What came of one picture at one quality, or of its uncompressed features: the unit in which results are kept.
 *
 * @param picture its number
 * @param quality in steps of 1/32; {@link #UNCOMPRESSED}
 * @param bytes of the stream, or of the features as float32
 * @param errors of the levels; none of uncompressed features
 * @param encodeSeconds or what the backbone took
 * @param decodeSeconds 0 of uncompressed features
 * @param boxes found, x1, y1, x2, y2 of each
 * @param labels classes of the boxes, from 1 on
 * @param scores of the boxes, falling
 * @param headSeconds what finding them took
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record Piece(
    int picture,
    int quality,
    long bytes,
    List<LevelError> errors,
    double encodeSeconds,
    double decodeSeconds,
    float[] boxes,
    int[] labels,
    float[] scores,
    double headSeconds)
    implements Results.Entry {
  static final int UNCOMPRESSED = -1;

  /**
   * @throws IllegalArgumentException if boxes, labels and scores are not as many
   */
  Piece {
    errors = List.copyOf(errors);
    new Detections(boxes, labels, scores);
  }

  Detections detections() {
    return new Detections(boxes, labels, scores);
  }

  RateDistortion.Entry entry() {
    return new RateDistortion.Entry(Math.toIntExact(bytes), errors, encodeSeconds, decodeSeconds);
  }
}
