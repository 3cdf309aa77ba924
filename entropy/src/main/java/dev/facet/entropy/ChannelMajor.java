package dev.facet.entropy;

/** Between (position, channel) order and CompressAI's (channel, position) order. */
final class ChannelMajor {
  private ChannelMajor() {}

  static int[] of(int[] values, int channels) {
    int positions = values.length / channels;
    int[] result = new int[values.length];
    for (int i = 0; i < positions; i++) {
      for (int c = 0; c < channels; c++) {
        result[c * positions + i] = values[i * channels + c];
      }
    }
    return result;
  }

  static int[] undo(int[] values, int channels) {
    return of(values, values.length / Math.max(1, channels));
  }
}
