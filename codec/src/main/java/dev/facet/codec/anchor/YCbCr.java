package dev.facet.codec.anchor;

import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.nn.Tensor;

/**
 * Pictures between RGB and 4:2:0 YCbCr: the matrix of ITU-R BT.601 in full range, as in JPEG files (ITU-T T.871). A chroma sample is
 * the mean of the four pixels that it stands for; back, chroma is interpolated between sample centres with weights 3 and 1, along each
 * axis. Integers and fixed single-precision chains, so that decoders agree to the bit.
 */
final class YCbCr {
  private static final int CHANNELS = 3;

  private YCbCr() {}

  /** The smallest format that holds a picture: 4:2:0 has even sides. */
  static VideoFormat format(int bitDepth, int width, int height) {
    return VideoFormat.yuv420(bitDepth, width + width % 2, height + height % 2);
  }

  /**
   * To 4:2:0, the last row and column repeated where sides are odd.
   *
   * @param rgb (H, W, 3), 0 to 1; what lies outside goes to the ends
   */
  static VideoPicture of(Tensor rgb, int bitDepth) {
    VideoFormat format = format(bitDepth, rgb.width(), rgb.height());
    int max = format.maxSample();
    int width = format.width();
    short[] luma = new short[width * format.height()];
    short[] blue = new short[format.planeWidth(1) * format.planeHeight(1)];
    short[] red = new short[blue.length];
    for (int cy = 0; cy < format.planeHeight(1); cy++) {
      for (int cx = 0; cx < format.planeWidth(1); cx++) {
        float cb = 0;
        float cr = 0;
        for (int i = 0; i < 4; i++) {
          int y = 2 * cy + i / 2;
          int x = 2 * cx + i % 2;
          int pixel =
              (Math.min(y, rgb.height() - 1) * rgb.width() + Math.min(x, rgb.width() - 1))
                  * CHANNELS;
          float r = Math.clamp(rgb.data()[pixel], 0f, 1f);
          float g = Math.clamp(rgb.data()[pixel + 1], 0f, 1f);
          float b = Math.clamp(rgb.data()[pixel + 2], 0f, 1f);
          float l = 0.299f * r + 0.587f * g + 0.114f * b;
          luma[y * width + x] = sample(l, max);
          cb += (b - l) / 1.772f;
          cr += (r - l) / 1.402f;
        }
        int chroma = cy * format.planeWidth(1) + cx;
        blue[chroma] = sample(cb / 4 + centre(max), max);
        red[chroma] = sample(cr / 4 + centre(max), max);
      }
    }
    return VideoPicture.of(format, luma, blue, red);
  }

  /** Where chroma is 0: 128 of 255. */
  private static float centre(int max) {
    return (max + 1) / 2 / (float) max;
  }

  private static short sample(float value, int max) {
    return (short) Math.clamp(Math.rint((double) value * max), 0, max);
  }

  /** Back to (H, W, 3), 0 to 1 in steps of 1 / 255: the colours of a picture file. */
  static Tensor rgb(VideoPicture picture, int height, int width) {
    VideoFormat format = picture.format();
    int max = format.maxSample();
    float scale = 1f / max;
    int centre = (max + 1) / 2;
    Tensor rgb = Tensor.zeros(height, width, CHANNELS);
    int to = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float l = picture.plane(0)[y * format.width() + x] * scale;
        float cb = (chroma(picture, 1, y, x) / 16f - centre) * scale;
        float cr = (chroma(picture, 2, y, x) / 16f - centre) * scale;
        rgb.data()[to++] = colour(l + 1.402f * cr);
        rgb.data()[to++] = colour(l - 0.344136f * cb - 0.714136f * cr);
        rgb.data()[to++] = colour(l + 1.772f * cb);
      }
    }
    return rgb;
  }

  private static float colour(float value) {
    return Math.clamp(Math.round(value * 255f), 0, 255) / 255f;
  }

  /** Sixteen times the sample at a pixel: 9, 3, 3 and 1 of the four around it, the nearest first. */
  private static int chroma(VideoPicture picture, int plane, int y, int x) {
    int width = picture.format().planeWidth(plane);
    int height = picture.format().planeHeight(plane);
    int nearY = y / 2;
    int nearX = x / 2;
    int farY = Math.clamp(nearY + (y % 2 == 0 ? -1 : 1), 0, height - 1);
    int farX = Math.clamp(nearX + (x % 2 == 0 ? -1 : 1), 0, width - 1);
    short[] samples = picture.plane(plane);
    return 9 * samples[nearY * width + nearX]
        + 3 * samples[nearY * width + farX]
        + 3 * samples[farY * width + nearX]
        + samples[farY * width + farX];
  }
}
