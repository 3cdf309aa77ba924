package dev.facet.vision;

import java.util.Arrays;

/**
 * Non-maximum suppression as torchvision does it: boxes are visited by falling score, equal scores
 * in their order, NaN first; each one that is still there removes all later ones that overlap it by
 * more than the threshold.
 */
public final class Nms {
  /** With more numbers than this in the box array, {@link #perClass} treats classes one by one. */
  private static final int OFFSET_LIMIT = 4000;

  private Nms() {}

  /**
   * @param boxes x1, y1, x2, y2 of each
   * @param scores one for each box
   * @param threshold intersection over union above which a box is removed
   * @return indices of the boxes that remain, by falling score
   * @throws IllegalArgumentException if lengths differ
   */
  public static int[] keep(float[] boxes, float[] scores, double threshold) {
    requireSameCount(boxes, scores.length);
    int[] order = byFallingScore(scores);
    boolean[] removed = new boolean[order.length];
    int n = 0;
    int[] kept = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      if (removed[i]) {
        continue;
      }
      kept[n++] = order[i];
      for (int j = i + 1; j < order.length; j++) {
        if (!removed[j] && Boxes.iou(boxes, order[i], boxes, order[j]) > threshold) {
          removed[j] = true;
        }
      }
    }
    return Arrays.copyOf(kept, n);
  }

  /**
   * Suppression among boxes of the same class only. Up to 1000 boxes, the reference moves classes
   * apart by adding class * (largest coordinate + 1) to every corner, which costs accuracy of the
   * overlaps; beyond, it runs class by class. So does this, to find the same boxes.
   *
   * @param classes one class number for each box, not negative
   * @return indices of the boxes that remain, by falling score
   * @throws IllegalArgumentException if lengths differ
   */
  public static int[] perClass(float[] boxes, float[] scores, int[] classes, double threshold) {
    requireSameCount(boxes, scores.length);
    requireSameCount(boxes, classes.length);
    return boxes.length > OFFSET_LIMIT
        ? classByClass(boxes, scores, classes, threshold)
        : keep(apart(boxes, classes), scores, threshold);
  }

  /** Boxes moved by class * (largest coordinate + 1) along both axes. */
  private static float[] apart(float[] boxes, int[] classes) {
    float largest = Float.NEGATIVE_INFINITY;
    for (float v : boxes) {
      largest = Math.max(largest, v);
    }
    float[] moved = new float[boxes.length];
    for (int k = 0; k < boxes.length; k++) {
      moved[k] = boxes[k] + classes[k / 4] * (largest + 1f);
    }
    return moved;
  }

  private static int[] classByClass(
      float[] boxes, float[] scores, int[] classes, double threshold) {
    boolean[] kept = new boolean[scores.length];
    for (int number : Arrays.stream(classes).distinct().toArray()) {
      int[] members = members(classes, number);
      float[] memberScores = new float[members.length];
      for (int k = 0; k < members.length; k++) {
        memberScores[k] = scores[members[k]];
      }
      for (int k : keep(Boxes.select(boxes, members), memberScores, threshold)) {
        kept[members[k]] = true;
      }
    }
    return Arrays.stream(byFallingScore(scores)).filter(i -> kept[i]).toArray();
  }

  private static int[] members(int[] classes, int number) {
    int[] members = new int[classes.length];
    int n = 0;
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] == number) {
        members[n++] = i;
      }
    }
    return Arrays.copyOf(members, n);
  }

  /** Indices by falling score; a stable order, in which -0 equals +0 and NaN comes first. */
  public static int[] byFallingScore(float[] scores) {
    long[] keys = new long[scores.length];
    for (int i = 0; i < keys.length; i++) {
      int bits = Float.floatToIntBits(scores[i] + 0f);
      int ascending = bits < 0 ? bits ^ Integer.MAX_VALUE : bits;
      keys[i] = ((long) ~ascending << Integer.SIZE) | i;
    }
    Arrays.sort(keys);
    int[] order = new int[keys.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = (int) keys[i];
    }
    return order;
  }

  private static void requireSameCount(float[] boxes, int n) {
    if (Boxes.count(boxes) != n) {
      throw new IllegalArgumentException(
          Boxes.count(boxes) + " boxes with " + n + " scores or classes");
    }
  }
}
