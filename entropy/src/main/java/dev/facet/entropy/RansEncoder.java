package dev.facet.entropy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * rANS encoder, bit-compatible with CompressAI (cpp_exts/rans, after F. Giesen's rans64.h): one
 * 64-bit state, 32-bit words, 16-bit frequencies.
 *
 * <p>Symbols are collected in the order in which the decoder will ask for them, with as many tables
 * as needed, and coded from the last to the first by {@link #finish}. An encoder can be used again
 * after that. Not thread-safe.
 */
public final class RansEncoder {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /** The state is kept below frequency x 2^this before a symbol is coded. */
  private static final int STATE_LIMIT_SHIFT = 31 - QuantizedCdf.PRECISION + 32;

  /** Collected bins as in {@link CdfTable#bins}; or with frequency 0, a raw digit as the start. */
  private int[] ops = new int[1024];

  private int count;

  /** Makes an empty encoder. */
  public RansEncoder() {}

  /** Returns the number of bins and escape digits collected so far. */
  public int size() {
    return count;
  }

  /**
   * Appends symbols, each with its own row.
   *
   * @param symbols values to code, at {@code off} to {@code off + n - 1}
   * @param indexes rows of {@code table}, at the same positions
   * @throws IllegalArgumentException if a symbol is too far outside its row (about 2^27); the
   *     encoder is then as before the call
   * @throws IndexOutOfBoundsException if the range or a row does not exist; likewise
   */
  public void encode(int[] symbols, int[] indexes, int off, int n, CdfTable table) {
    Objects.checkFromIndexSize(off, n, symbols.length);
    Objects.checkFromIndexSize(off, n, indexes.length);
    int rows = table.rows();
    int[] meta = table.meta;
    int[] bins = table.bins;
    int before = count;
    boolean done = false;
    try {
      reserve(n);
      for (int i = off; i < off + n; i++) {
        int m = Objects.checkIndex(indexes[i], rows) << CdfTable.META_SHIFT;
        int escape = meta[m + CdfTable.META_ESCAPE];
        long bin = (long) symbols[i] - meta[m + CdfTable.META_OFFSET];
        int firstBin = meta[m + CdfTable.META_BINS];
        if (bin >= 0 && bin < escape) {
          ops[count++] = bins[firstBin + (int) bin];
        } else {
          escape(bin, escape, bins[firstBin + escape], off + n - 1 - i);
        }
      }
      done = true;
    } finally {
      if (!done) {
        count = before;
      }
    }
  }

  /**
   * Appends symbols that share one row.
   *
   * @param symbols values to code, at {@code off} to {@code off + n - 1}
   * @param row row of {@code table}
   * @throws IllegalArgumentException if a symbol is too far outside the row (about 2^27); the
   *     encoder is then as before the call
   * @throws IndexOutOfBoundsException if the range or the row does not exist; likewise
   */
  public void encode(int[] symbols, int off, int n, int row, CdfTable table) {
    Objects.checkFromIndexSize(off, n, symbols.length);
    int[] bins = table.bins;
    int m = Objects.checkIndex(row, table.rows()) << CdfTable.META_SHIFT;
    int escape = table.meta[m + CdfTable.META_ESCAPE];
    int offset = table.meta[m + CdfTable.META_OFFSET];
    int firstBin = table.meta[m + CdfTable.META_BINS];
    int before = count;
    boolean done = false;
    try {
      reserve(n);
      for (int i = off; i < off + n; i++) {
        long bin = (long) symbols[i] - offset;
        if (bin >= 0 && bin < escape) {
          ops[count++] = bins[firstBin + (int) bin];
        } else {
          escape(bin, escape, bins[firstBin + escape], off + n - 1 - i);
        }
      }
      done = true;
    } finally {
      if (!done) {
        count = before;
      }
    }
  }

  private void escape(long bin, int escape, int escapeOp, int symbolsToCome) {
    long longCode = Escape.code(bin, escape);
    if (longCode >= Escape.LIMIT) {
      throw new IllegalArgumentException(
          "A symbol lies "
              + (bin < 0 ? -bin : bin - escape)
              + " outside its row; 2^27 is the limit");
    }
    int code = (int) longCode;
    int digits = Escape.digits(code);
    reserve(2 + digits + symbolsToCome);
    ops[count++] = escapeOp;
    ops[count++] = digits << 16;
    for (int d = 0; d < digits; d++) {
      ops[count++] = ((code >> (Escape.DIGIT_BITS * d)) & Escape.DIGIT_MASK) << 16;
    }
  }

  private void reserve(int more) {
    int needed = Math.addExact(count, more);
    if (needed > ops.length) {
      int doubled = (int) Math.min(2L * ops.length, Integer.MAX_VALUE - 16);
      ops = Arrays.copyOf(ops, Math.max(needed, doubled));
    }
  }

  /**
   * Codes everything collected, in CompressAI's layout, and empties the encoder.
   *
   * @return the stream
   */
  public byte[] finish() {
    return finish(RansLayout.REFERENCE);
  }

  /**
   * Codes everything collected and empties the encoder.
   *
   * @return the stream
   */
  public byte[] finish(RansLayout layout) {
    // Words replace the collected bins from the end: no bin gives more than one word.
    int[] buffer = ops;
    long[] reciprocals = Reciprocals.TABLE;
    int top = count;
    long x = layout.initialState;
    for (int i = count - 1; i >= 0; i--) {
      int op = buffer[i];
      int frequency = op & 0xFFFF;
      if (frequency != 0) {
        if (x >= (long) frequency << STATE_LIMIT_SHIFT) {
          buffer[--top] = (int) x;
          x >>>= 32;
        }
        // x = (x / frequency << 16) + x % frequency + start
        long quotient = Reciprocals.divide(x, frequency, reciprocals);
        x += quotient * (QuantizedCdf.TOTAL - frequency) + (op >>> 16);
      } else {
        if (x >= 1L << (63 - Escape.DIGIT_BITS)) {
          buffer[--top] = (int) x;
          x >>>= 32;
        }
        x = (x << Escape.DIGIT_BITS) | (op >>> 16);
      }
    }
    int words = count - top;
    count = 0;
    int stateBytes = 8;
    if (layout == RansLayout.COMPACT) {
      stateBytes = Math.max(1, (71 - Long.numberOfLeadingZeros(x)) / 8);
    }
    byte[] stream = new byte[Math.addExact(stateBytes, Math.multiplyExact(4, words))];
    int pos = 0;
    if (stateBytes == 8 && layout == RansLayout.COMPACT) {
      // upper half first, the decoder takes the lower half as its first word
      WORD.set(stream, 0, (int) (x >>> 32));
      WORD.set(stream, 4, (int) x);
      pos = 8;
    } else {
      for (; pos < stateBytes; pos++) {
        stream[pos] = (byte) (x >>> (8 * pos));
      }
    }
    for (int i = 0; i < words; i++) {
      WORD.set(stream, pos + 4 * i, buffer[top + i]);
    }
    return stream;
  }
}
