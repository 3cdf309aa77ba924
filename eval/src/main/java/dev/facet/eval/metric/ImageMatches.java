package dev.facet.eval.metric;

import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.CocoResult;
import dev.facet.eval.dataset.RunLengthMask;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Detections of one class in one image against its objects: who overlaps whom, and who is matched with whom. */
final class ImageMatches {
  /** A detection at a threshold: matched with an object, with nothing, or of no account. */
  static final byte FALSE = 0;

  static final byte TRUE = 1;
  static final byte IGNORED = 2;

  private final List<Annotation> objects;
  private final List<CocoResult> detections;
  private final double[] detectionAreas;

  /** Of detection d with object g: at d * objects + g. */
  private final double[] overlaps;

  /** Keeps the {@code most} detections of the greatest scores; among equal ones, the earlier. */
  ImageMatches(List<Annotation> objects, List<CocoResult> all, Region region, int most) {
    this.objects = objects;
    // a stable sort, as of every ranking here
    this.detections =
        all.stream()
            .sorted(Comparator.comparingDouble(CocoResult::score).reversed())
            .limit(most)
            .toList();
    detectionAreas = detections.stream().mapToDouble(d -> area(d, region)).toArray();
    overlaps = new double[detections.size() * objects.size()];
    for (int d = 0; d < detections.size(); d++) {
      for (int g = 0; g < objects.size(); g++) {
        overlaps[d * objects.size() + g] = overlap(d, objects.get(g), region);
      }
    }
  }

  private static double area(CocoResult detection, Region region) {
    return region == Region.BOX ? detection.box().area() : mask(detection.mask()).area();
  }

  /** Intersection over union; over the detection's own area where the object is a crowd. */
  private double overlap(int index, Annotation object, Region region) {
    CocoResult detection = detections.get(index);
    double common;
    double objectArea;
    if (region == Region.BOX) {
      BoundingBox box = object.box();
      common = detection.box().intersection(box);
      objectArea = box.area();
    } else {
      RunLengthMask mask = mask(object.mask());
      common = mask(detection.mask()).intersection(mask);
      objectArea = mask.area();
    }
    double all = detectionAreas[index];
    return common <= 0 ? 0 : common / (object.crowd() ? all : all + objectArea - common);
  }

  private static RunLengthMask mask(@Nullable RunLengthMask mask) {
    return Objects.requireNonNull(mask, "checked by CocoEvaluator");
  }

  int count() {
    return detections.size();
  }

  double score(int detection) {
    return detections.get(detection).score();
  }

  /** Objects that count in this range of areas: no crowds. */
  int objects(AreaRange range) {
    int n = 0;
    for (Annotation object : objects) {
      n += ignored(object, range) ? 0 : 1;
    }
    return n;
  }

  private static boolean ignored(Annotation object, AreaRange range) {
    return object.crowd() || !range.contains(object.area());
  }

  /**
   * The verdict on each detection. By falling score, each takes the object of the greatest overlap that is still free, the last of
   * equal ones, and one that counts before one that does not; a crowd is always free. One that finds nothing and is itself outside
   * the range is of no account.
   */
  byte[] verdicts(AreaRange range, double threshold) {
    Integer[] order = new Integer[objects.size()];
    Arrays.setAll(order, g -> g);
    Arrays.sort(order, Comparator.comparing(g -> ignored(objects.get(g), range)));
    boolean[] taken = new boolean[objects.size()];
    byte[] verdicts = new byte[detections.size()];
    for (int d = 0; d < verdicts.length; d++) {
      int match = match(d, order, taken, range, Math.min(threshold, 1 - 1e-10));
      if (match >= 0) {
        taken[match] = true;
        verdicts[d] = ignored(objects.get(match), range) ? IGNORED : TRUE;
      } else {
        verdicts[d] = range.contains(detectionAreas[d]) ? FALSE : IGNORED;
      }
    }
    return verdicts;
  }

  private int match(int d, Integer[] order, boolean[] taken, AreaRange range, double least) {
    int match = -1;
    double best = least;
    for (int g : order) {
      Annotation object = objects.get(g);
      if (taken[g] && !object.crowd()) {
        continue;
      }
      if (match >= 0 && !ignored(objects.get(match), range) && ignored(object, range)) {
        break;
      }
      double overlap = overlaps[d * objects.size() + g];
      if (overlap >= best) {
        best = overlap;
        match = g;
      }
    }
    return match;
  }
}
