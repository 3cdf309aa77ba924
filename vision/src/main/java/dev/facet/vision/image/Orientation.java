package dev.facet.vision.image;

import java.awt.image.BufferedImage;

/** EXIF's orientation (CIPA DC-008, tag 0x0112): what the picture's rows and columns show. */
enum Orientation {
  /** 1: rows are rows from the top, columns from the left. */
  UPRIGHT(false, false, false),
  /** 2. */
  MIRRORED(false, false, true),
  /** 3. */
  TURNED_180(false, true, true),
  /** 4. */
  MIRRORED_TURNED_180(false, true, false),
  /** 5. */
  TRANSPOSED(true, false, false),
  /** 6: to be turned by 90 degrees clockwise. */
  TURNED_90(true, false, true),
  /** 7. */
  TRANSVERSED(true, true, true),
  /** 8: to be turned by 90 degrees counterclockwise. */
  TURNED_270(true, true, false);

  private final boolean transposed;
  private final boolean flipRows;
  private final boolean flipColumns;

  /** Transposition first, then flips of the result. */
  Orientation(boolean transposed, boolean flipRows, boolean flipColumns) {
    this.transposed = transposed;
    this.flipRows = flipRows;
    this.flipColumns = flipColumns;
  }

  /** Of the tag's value; everything outside 1..8 means nothing. */
  static Orientation of(int tag) {
    return tag >= 1 && tag <= values().length ? values()[tag - 1] : UPRIGHT;
  }

  BufferedImage apply(BufferedImage stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    int height = transposed ? stored.getWidth() : stored.getHeight();
    int width = transposed ? stored.getHeight() : stored.getWidth();
    BufferedImage upright = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      int row = flipRows ? height - 1 - y : y;
      for (int x = 0; x < width; x++) {
        int column = flipColumns ? width - 1 - x : x;
        upright.setRGB(x, y, transposed ? stored.getRGB(row, column) : stored.getRGB(column, row));
      }
    }
    return upright;
  }
}
