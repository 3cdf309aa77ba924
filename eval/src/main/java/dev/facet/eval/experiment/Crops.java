package dev.facet.eval.experiment;

import dev.facet.eval.dataset.Annotation;
import dev.facet.eval.dataset.BoundingBox;
import dev.facet.eval.dataset.LabelledImage;
import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import java.util.List;

/** Squares around labelled objects: what classification networks look at. As training/classifier.py cuts them. */
final class Crops {
  /** Side of a square over the longer side of the object's box. */
  private static final double CONTEXT = 1.25;

  /** Objects whose longer side has fewer pixels are left out. */
  private static final int LEAST = 24;

  private Crops() {}

  /** The objects of a picture that are large enough, in their order. */
  static List<Annotation> objects(LabelledImage labels) {
    return labels.annotations().stream()
        .filter(object ->
            !object.crowd() && Math.max(object.box().width(), object.box().height()) >= LEAST)
        .toList();
  }

  /**
   * Cuts a square out of a picture; beyond the picture it is black.
   *
   * @param picture (H, W, 3)
   */
  static Tensor cut(Backend backend, Tensor picture, BoundingBox box) {
    double half = CONTEXT * Math.max(box.width(), box.height()) / 2;
    double x = box.x() + box.width() / 2;
    double y = box.y() + box.height() / 2;
    int left = (int) Math.rint(x - half);
    int top = (int) Math.rint(y - half);
    int side = (int) Math.rint(x + half) - left;
    return backend.pad(
        picture, -top, top + side - picture.height(), -left, left + side - picture.width());
  }
}
