package dev.facet.codec.pca;

import dev.facet.codec.stream.PayloadReader;
import dev.facet.codec.stream.PayloadWriter;
import dev.facet.codec.stream.StreamException;
import dev.facet.entropy.CorruptStreamException;
import dev.facet.entropy.GaussianConditional;
import dev.facet.entropy.GaussianVariant;
import dev.facet.entropy.RansDecoder;
import dev.facet.entropy.RansEncoder;
import dev.facet.entropy.RansLayout;

/**
 * Numbers around zero as multiples of a step, coded with rANS by one row of the Gaussian tables.
 *
 * @param symbols the multiples
 * @param step at least 0; of 0 all numbers are 0
 * @param row of the tables
 */
record Coefficients(int[] symbols, float step, int row) {
  /** The step is at least this part of the largest number: no symbol is further from 0 than 2^20. */
  private static final double FINEST = 0x1p-20;

  /** Built when the first numbers are coded. */
  private static final class Gaussian {
    static final GaussianConditional MODEL =
        GaussianConditional.of(GaussianVariant.TORCH_1_13_AVX2);
  }

  /**
   * Rounds.
   *
   * @param wanted step
   */
  static Coefficients of(double[] values, double wanted) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    float step = (float) Math.max(wanted, FINEST * largest);
    int[] symbols = new int[values.length];
    double squares = 0;
    for (int i = 0; i < symbols.length && step > 0; i++) {
      symbols[i] = (int) Math.rint(values[i] / step);
      squares += (double) symbols[i] * symbols[i];
    }
    int[] row = new int[1];
    float scale = (float) Math.sqrt(squares / symbols.length);
    Gaussian.MODEL.indexes(new float[] {scale}, 0, 1, row);
    return new Coefficients(symbols, step, row[0]);
  }

  /** The numbers as a decoder has them. */
  float[] values() {
    float[] values = new float[symbols.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = symbols[i] * step;
    }
    return values;
  }

  void write(PayloadWriter out) {
    RansEncoder encoder = new RansEncoder();
    encoder.encode(symbols, 0, symbols.length, row, Gaussian.MODEL.table());
    byte[] coded = encoder.finish(RansLayout.COMPACT);
    out.f32(step).u8(row).varint(coded.length).bytes(coded);
  }

  /**
   * Reads.
   *
   * @param count how many numbers; there is room for them
   */
  static Coefficients read(PayloadReader in, int count) throws StreamException {
    float step = in.f32("step");
    if (step < 0) {
      throw in.corrupt("step", step + " is negative");
    }
    int row = in.u8("table row");
    if (row >= Gaussian.MODEL.table().rows()) {
      throw in.corrupt("table row", row + " does not exist");
    }
    byte[] coded = in.bytes(in.varint("coefficient bytes", 1, in.remaining()), "coefficients");
    int[] symbols = new int[count];
    try {
      RansDecoder decoder = new RansDecoder(coded, 0, coded.length, RansLayout.COMPACT);
      decoder.decode(symbols, 0, count, row, Gaussian.MODEL.table());
      decoder.finish();
    } catch (CorruptStreamException e) {
      throw in.corrupt("coefficients", String.valueOf(e.getMessage()));
    }
    return new Coefficients(symbols, step, row);
  }
}
