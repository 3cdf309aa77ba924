package dev.facet.eval.report;

import dev.facet.nn.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A feature pyramid as one picture: the channels of each level side by side, the largest level to the left, the others below each
 * other to its right. Values are shown in viridis, of each level from its 1st to its 99th percentile. A decoded pyramid is drawn by
 * the mosaic of its original, so that equal colours are equal values.
 */
public final class FeatureMosaic {
  private static final int GAP = 1;
  private static final int SPACE = 10;

  /** Blocks somewhat wider than high suit a page. */
  private static final double ASPECT = 1.5;

  private final int most;
  private final List<float[]> ranges = new ArrayList<>();

  /**
   * Takes the ranges of a pyramid.
   *
   * @param levels p2, p3, ...: (H, W, C) each
   * @param most channels shown of each level: the first so many
   * @throws IllegalArgumentException if there is no level or one without an element
   */
  public FeatureMosaic(List<Tensor> levels, int most) {
    if (levels.isEmpty() || most < 1) {
      throw new IllegalArgumentException("a mosaic needs a level and a channel");
    }
    this.most = most;
    for (Tensor level : levels) {
      if (level.data().length == 0) {
        throw new IllegalArgumentException("a level without elements: " + level);
      }
      float[] sorted = level.data().clone();
      Arrays.sort(sorted);
      int hundredth = sorted.length / 100;
      ranges.add(new float[] {sorted[hundredth], sorted[sorted.length - 1 - hundredth]});
    }
  }

  /**
   * Draws a pyramid of as many levels; transparent between the channels.
   *
   * @throws IllegalArgumentException if it has another number of levels
   */
  public BufferedImage draw(List<Tensor> levels) {
    if (levels.size() != ranges.size()) {
      throw new IllegalArgumentException(levels.size() + " levels, expected " + ranges.size());
    }
    List<BufferedImage> blocks = new ArrayList<>();
    for (int i = 0; i < levels.size(); i++) {
      blocks.add(block(levels.get(i), ranges.get(i)));
    }
    BufferedImage first = blocks.getFirst();
    int right = 0;
    int height = -SPACE;
    for (BufferedImage block : blocks.subList(1, blocks.size())) {
      right = Math.max(right, block.getWidth() + SPACE);
      height += block.getHeight() + SPACE;
    }
    BufferedImage mosaic =
        new BufferedImage(
            first.getWidth() + right,
            Math.max(first.getHeight(), height),
            BufferedImage.TYPE_INT_ARGB);
    paste(mosaic, first, 0, 0);
    int y = 0;
    for (BufferedImage block : blocks.subList(1, blocks.size())) {
      paste(mosaic, block, first.getWidth() + SPACE, y);
      y += block.getHeight() + SPACE;
    }
    return mosaic;
  }

  private BufferedImage block(Tensor level, float[] range) {
    int shown = Math.min(most, level.channels());
    int columns = (int) Math.ceil(Math.sqrt(ASPECT * shown * level.height() / level.width()));
    columns = Math.clamp(columns, 1, shown);
    int rows = (shown + columns - 1) / columns;
    BufferedImage block =
        new BufferedImage(
            columns * (level.width() + GAP) - GAP,
            rows * (level.height() + GAP) - GAP,
            BufferedImage.TYPE_INT_ARGB);
    for (int c = 0; c < shown; c++) {
      int left = c % columns * (level.width() + GAP);
      int top = c / columns * (level.height() + GAP);
      for (int y = 0; y < level.height(); y++) {
        for (int x = 0; x < level.width(); x++) {
          block.setRGB(left + x, top + y, 0xFF000000 | colour(level.get(y, x, c), range));
        }
      }
    }
    return block;
  }

  private static int colour(float value, float[] range) {
    return Palette.viridis(range[1] > range[0] ? (value - range[0]) / (range[1] - range[0]) : 0.5);
  }

  private static void paste(BufferedImage target, BufferedImage source, int x, int y) {
    int w = source.getWidth();
    int h = source.getHeight();
    target.setRGB(x, y, w, h, source.getRGB(0, 0, w, h, null, 0, w), 0, w);
  }
}
