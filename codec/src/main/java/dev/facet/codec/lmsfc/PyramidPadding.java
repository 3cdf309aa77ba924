package dev.facet.codec.lmsfc;

import dev.facet.nn.Backend;
import dev.facet.nn.Tensor;
import java.util.Locale;

/**
 * How a pyramid is brought to sizes that the networks can halve: the size of p2 decides. It is
 * padded to a multiple of 64, and the levels after it to 1/2, 1/4 and 1/8 of that, by reflection,
 * {@code floor(padding / 2)} above and to the left, the rest below and to the right. Where p3..p5
 * have the sizes of the authors' code, each half of the level before and rounded up, this is their
 * padding exactly; other sizes are possible as long as they are not larger than the padded size.
 * Levels narrower than their padding, which the authors' code refuses, are reflected to and fro.
 *
 * @param height rows of p2
 * @param width columns of p2
 */
public record PyramidPadding(int height, int width) {
  /** Coded levels: p2, p3, p4, p5. */
  public static final int LEVELS = 4;

  /** What the padded size of p2 is a multiple of: four halvings to y, two more to z. */
  public static final int MULTIPLE = 64;

  /** What y is smaller by than p2. */
  private static final int LATENT_FACTOR = 16;

  /**
   * The padding for a p2 of this size.
   *
   * @throws IllegalArgumentException if a side is less than 1 or too large to pad
   */
  public PyramidPadding {
    requireSide(height);
    requireSide(width);
  }

  /**
   * Rows of a padded level.
   *
   * @param level 0 for p2 to 3 for p5
   */
  public int paddedHeight(int level) {
    return padded(height) >> level;
  }

  /**
   * Columns of a padded level.
   *
   * @param level 0 for p2 to 3 for p5
   */
  public int paddedWidth(int level) {
    return padded(width) >> level;
  }

  /** Rows of y. */
  public int latentHeight() {
    return padded(height) / LATENT_FACTOR;
  }

  /** Columns of y. */
  public int latentWidth() {
    return padded(width) / LATENT_FACTOR;
  }

  /** Rows of z. */
  public int hyperHeight() {
    return padded(height) / MULTIPLE;
  }

  /** Columns of z. */
  public int hyperWidth() {
    return padded(width) / MULTIPLE;
  }

  /**
   * Pads a level.
   *
   * @param level 0 for p2 to 3 for p5
   * @param x (h, w, C), h and w at least 1 and at most the padded size
   * @return x itself if there is nothing to pad
   * @throws IllegalArgumentException if x is empty or larger than the padded size
   */
  public Tensor pad(Backend backend, int level, Tensor x) {
    int rows = missing(level, "rows", x.height(), paddedHeight(level));
    int columns = missing(level, "columns", x.width(), paddedWidth(level));
    if (rows == 0 && columns == 0) {
      return x;
    }
    int top = rows / 2;
    int left = columns / 2;
    return backend.padReflect(x, top, rows - top, left, columns - left);
  }

  /**
   * Undoes {@link #pad}: the part of a padded level where the level itself was; {@code padded} itself if that is all of it.
   *
   * @param level 0 for p2 to 3 for p5
   * @param padded (paddedHeight, paddedWidth, C)
   * @param levelHeight true rows of the level
   * @param levelWidth true columns of the level
   * @throws IllegalArgumentException if sizes do not fit
   */
  public Tensor crop(Backend backend, int level, Tensor padded, int levelHeight, int levelWidth) {
    int top = missing(level, "rows", levelHeight, padded.height()) / 2;
    int left = missing(level, "columns", levelWidth, padded.width()) / 2;
    if (levelHeight == padded.height() && levelWidth == padded.width()) {
      return padded;
    }
    return backend.crop(padded, top, left, levelHeight, levelWidth);
  }

  /** The level p6 of a Feature Pyramid Network, which is not coded: {@code p5[::2, ::2]}. */
  public static Tensor p6(Backend backend, Tensor p5) {
    return backend.subsample(p5);
  }

  private int missing(int level, String what, int size, int padded) {
    if (size < 1 || size > padded) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "level p%d has %d %s, but beside a p2 of %d x %d it may have 1 to %d",
              level + 2,
              size,
              what,
              height,
              width,
              padded));
    }
    return padded - size;
  }

  private static int padded(int side) {
    return (side + MULTIPLE - 1) / MULTIPLE * MULTIPLE;
  }

  private static void requireSide(int side) {
    if (side < 1 || side > Integer.MAX_VALUE - MULTIPLE) {
      throw new IllegalArgumentException("a side of p2 is " + side);
    }
  }
}
