package dev.facet.entropy;

import dev.facet.entropy.CorruptStreamException.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Objects;

/**
 * rANS decoder for the streams of {@link RansEncoder} and of CompressAI.
 *
 * <p>The stream is untrusted: whatever it contains, the decoder either delivers symbols or throws a
 * {@link CorruptStreamException}. Symbols of a damaged stream can be wrong without notice until
 * {@link #finish}. After an exception the decoder is of no further use. Not thread-safe.
 */
public final class RansDecoder {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int LOW_BITS = QuantizedCdf.TOTAL - 1;

  private final byte[] stream;
  private final int begin;
  private final int end;
  private final RansLayout layout;
  private int pos;
  private long state;

  /**
   * Starts to decode a whole array in CompressAI's layout.
   *
   * @throws CorruptStreamException if the length or the first state is impossible
   */
  public RansDecoder(byte[] stream) throws CorruptStreamException {
    this(stream, 0, stream.length, RansLayout.REFERENCE);
  }

  /**
   * Starts to decode {@code length} bytes from {@code off}. The array is not copied and must not
   * change.
   *
   * @throws CorruptStreamException if the length or the first state is impossible
   * @throws IndexOutOfBoundsException if the array has no such range
   */
  public RansDecoder(byte[] stream, int off, int length, RansLayout layout)
      throws CorruptStreamException {
    Objects.checkFromIndexSize(off, length, stream.length);
    this.stream = stream;
    this.begin = off;
    this.end = off + length;
    this.layout = layout;
    int stateBytes = stateBytes(length, layout);
    long x = 0;
    for (int i = 0; i < stateBytes; i++) {
      x |= (stream[off + i] & 0xFFL) << (8 * i);
    }
    pos = off + stateBytes;
    if (layout == RansLayout.REFERENCE) {
      if (x < RansLayout.LOWER_BOUND) {
        throw corrupt(Reason.BAD_STATE, off, "The first state is not normalized");
      }
    } else {
      if (x >>> (8 * (stateBytes - 1)) == 0) {
        throw corrupt(Reason.BAD_STATE, off, "The first state begins with a zero byte");
      }
      if (x < RansLayout.LOWER_BOUND && pos < end) {
        x = refill(x);
      }
    }
    state = x;
  }

  private int stateBytes(int length, RansLayout layout) throws CorruptStreamException {
    if (layout == RansLayout.COMPACT) {
      if (length == 0) {
        throw corrupt(Reason.TRUNCATED, begin, "The stream is empty");
      }
      return length < 8 ? length : 4 + (length & 3);
    }
    if (length < 8 || (length & 3) != 0) {
      throw corrupt(
          Reason.TRUNCATED, end, "A stream of " + length + " bytes, not 8 or 12 or 16 and so on");
    }
    return 8;
  }

  /**
   * Decodes symbols, each with its own row.
   *
   * @param out receives the symbols at {@code off} to {@code off + n - 1}
   * @param indexes rows of {@code table}, at the same positions
   * @throws CorruptStreamException if the stream ends or an escape sequence is impossible
   * @throws IndexOutOfBoundsException if the range or a row does not exist
   */
  public void decode(int[] out, int[] indexes, int off, int n, CdfTable table)
      throws CorruptStreamException {
    Objects.checkFromIndexSize(off, n, out.length);
    Objects.checkFromIndexSize(off, n, indexes.length);
    int rows = table.rows();
    int[] meta = table.meta;
    int[] bins = table.bins;
    char[] buckets = table.buckets;
    int[] heads = table.heads;
    long x = state;
    for (int i = off; i < off + n; i++) {
      int m = Objects.checkIndex(indexes[i], rows) << CdfTable.META_SHIFT;
      int low = (int) x & LOW_BITS;
      int firstBin = meta[m + CdfTable.META_BINS];
      int at = meta[m + CdfTable.META_BUCKETS] + (low >>> meta[m + CdfTable.META_BUCKET_SHIFT]);
      int bin = buckets[at];
      int op = heads[at];
      int rest = low - (op >>> 16);
      while (rest >= (op & 0xFFFF)) {
        bin++;
        op = bins[firstBin + bin];
        rest = low - (op >>> 16);
      }
      x = (op & 0xFFFF) * (x >>> QuantizedCdf.PRECISION) + rest;
      if (x < RansLayout.LOWER_BOUND) {
        x = refill(x);
      }
      int escape = meta[m + CdfTable.META_ESCAPE];
      if (bin == escape) {
        state = x;
        bin = decodeEscape(escape);
        x = state;
      }
      out[i] = bin + meta[m + CdfTable.META_OFFSET];
    }
    state = x;
  }

  /**
   * Decodes symbols that share one row.
   *
   * @param out receives the symbols at {@code off} to {@code off + n - 1}
   * @param row row of {@code table}
   * @throws CorruptStreamException if the stream ends or an escape sequence is impossible
   * @throws IndexOutOfBoundsException if the range or the row does not exist
   */
  public void decode(int[] out, int off, int n, int row, CdfTable table)
      throws CorruptStreamException {
    Objects.checkFromIndexSize(off, n, out.length);
    int m = Objects.checkIndex(row, table.rows()) << CdfTable.META_SHIFT;
    int firstBin = table.meta[m + CdfTable.META_BINS];
    int firstBucket = table.meta[m + CdfTable.META_BUCKETS];
    int bucketShift = table.meta[m + CdfTable.META_BUCKET_SHIFT];
    int offset = table.meta[m + CdfTable.META_OFFSET];
    int escape = table.meta[m + CdfTable.META_ESCAPE];
    int[] bins = table.bins;
    char[] buckets = table.buckets;
    int[] heads = table.heads;
    long x = state;
    for (int i = off; i < off + n; i++) {
      int low = (int) x & LOW_BITS;
      int at = firstBucket + (low >>> bucketShift);
      int bin = buckets[at];
      int op = heads[at];
      int rest = low - (op >>> 16);
      while (rest >= (op & 0xFFFF)) {
        bin++;
        op = bins[firstBin + bin];
        rest = low - (op >>> 16);
      }
      x = (op & 0xFFFF) * (x >>> QuantizedCdf.PRECISION) + rest;
      if (x < RansLayout.LOWER_BOUND) {
        x = refill(x);
      }
      if (bin == escape) {
        state = x;
        bin = decodeEscape(escape);
        x = state;
      }
      out[i] = bin + offset;
    }
    state = x;
  }

  /**
   * Checks that the stream ends here: all bytes are used and the state is the one that the encoder
   * started from. Not all damage shows here: the digits of escapes are raw bits, for example, which
   * leave no trace in the state. Protect a stream by a checksum.
   *
   * @throws CorruptStreamException if not, because the stream is damaged or because it was read
   *     with other tables or another number of symbols than it was written with
   */
  public void finish() throws CorruptStreamException {
    if (pos != end) {
      throw corrupt(Reason.TRAILING_BYTES, pos, (end - pos) + " bytes remain after the symbols");
    }
    if (state != layout.initialState) {
      throw corrupt(
          Reason.BAD_STATE,
          pos,
          String.format(Locale.ROOT, "The last state is %x, not %x", state, layout.initialState));
    }
  }

  private int decodeEscape(int escape) throws CorruptStreamException {
    int digits = decodeDigit();
    if (digits > Escape.MAX_DIGITS) {
      throw corrupt(Reason.BAD_ESCAPE, pos, "An escape of more than 7 digits");
    }
    int code = 0;
    for (int d = 0; d < digits; d++) {
      code |= decodeDigit() << (Escape.DIGIT_BITS * d);
    }
    if (Escape.digits(code) != digits) {
      throw corrupt(Reason.BAD_ESCAPE, pos, "An escape with leading zeros");
    }
    return Escape.bin(code, escape);
  }

  private int decodeDigit() throws CorruptStreamException {
    int digit = (int) state & Escape.DIGIT_MASK;
    long x = state >>> Escape.DIGIT_BITS;
    state = x < RansLayout.LOWER_BOUND ? refill(x) : x;
    return digit;
  }

  private long refill(long x) throws CorruptStreamException {
    if (pos < end) {
      x = (x << 32) | ((int) WORD.get(stream, pos) & 0xFFFFFFFFL);
      pos += 4;
    } else if (layout == RansLayout.REFERENCE) {
      throw corrupt(Reason.TRUNCATED, pos, "The stream ends before the symbols do");
    }
    return x;
  }

  private CorruptStreamException corrupt(Reason reason, int at, String detail) {
    return new CorruptStreamException(reason, (long) at - begin, detail);
  }
}
