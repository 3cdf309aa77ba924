/** Labelled pictures: readers of COCO JSON and YOLO folders. */
@NullMarked
package dev.facet.eval.dataset;

import org.jspecify.annotations.NullMarked;
