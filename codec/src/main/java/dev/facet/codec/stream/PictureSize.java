package dev.facet.codec.stream;

import java.util.Locale;

/**
 * The size of the picture that features were computed from, in pixels. A task head needs it to bring
 * what it finds back to the picture. From a stream it is untrusted: nothing is allocated for it here.
 *
 * @param height rows, at least 1
 * @param width columns, at least 1
 */
public record PictureSize(int height, int width) {
  /** Checks the range. */
  public PictureSize {
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException("a picture of " + height + " x " + width + " pixels");
    }
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%dx%d", height, width);
  }
}
