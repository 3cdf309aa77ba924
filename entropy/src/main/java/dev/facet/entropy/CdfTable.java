package dev.facet.entropy;

import java.util.zip.CRC32;

/**
 * An immutable set of quantized cumulative distributions ("rows"), the integers that the rANS coder
 * works with.
 *
 * <p>A row has {@code length} cumulative frequencies from 0 to 65536, hence {@code length - 1}
 * bins. Bin k stands for the symbol {@code offset + k}, except the last one, which is the escape:
 * symbols outside the row are coded as the escape followed by their distance. These are
 * CompressAI's {@code _quantized_cdf}, {@code _cdf_length} and {@code _offset}.
 *
 * <p>The decoder finds a bin from a cumulative value through buckets: the row's range is divided
 * into 256 to 4096 equal parts, at least two per bin where possible, and each part remembers the
 * first bin that reaches into it. For values distributed as the row says, which is what a coder
 * sees, further steps are rare; the index takes at most 24 KiB per row.
 */
public final class CdfTable {
  /** Ints of {@link #meta} per row, as a shift. */
  static final int META_SHIFT = 3;

  static final int META_BINS = 0;
  static final int META_BUCKETS = 1;
  static final int META_BUCKET_SHIFT = 2;
  static final int META_OFFSET = 3;
  static final int META_ESCAPE = 4;

  private static final int MIN_BUCKET_BITS = 8;
  private static final int MAX_BUCKET_BITS = 12;
  private static final int MAX_OFFSET = 1 << QuantizedCdf.PRECISION;

  private final int rows;
  private final int width;

  /** Per row: first bin, first bucket, bucket shift, symbol offset, number of the escape bin. */
  final int[] meta;

  /** All bins of all rows: start in the upper, frequency in the lower 16 bits. */
  final int[] bins;

  /** First bin (counted within the row) that reaches into each bucket. */
  final char[] buckets;

  /** That bin itself, as in {@link #bins}: a decoder waits for one load instead of two. */
  final int[] heads;

  private CdfTable(int[][] cdfs, int[] offsets) {
    rows = cdfs.length;
    meta = new int[rows << META_SHIFT];
    int binCount = 0;
    int bucketCount = 0;
    int longest = 0;
    for (int r = 0; r < rows; r++) {
      int length = cdfs[r].length;
      int bits = bucketBits(length - 1);
      int m = r << META_SHIFT;
      meta[m + META_BINS] = binCount;
      meta[m + META_BUCKETS] = bucketCount;
      meta[m + META_BUCKET_SHIFT] = QuantizedCdf.PRECISION - bits;
      meta[m + META_OFFSET] = offsets[r];
      meta[m + META_ESCAPE] = length - 2;
      binCount = Math.addExact(binCount, length - 1);
      bucketCount = Math.addExact(bucketCount, 1 << bits);
      longest = Math.max(longest, length);
    }
    width = longest;
    bins = new int[binCount];
    buckets = new char[bucketCount];
    heads = new int[bucketCount];
    for (int r = 0; r < rows; r++) {
      fillRow(r, cdfs[r]);
    }
  }

  private static int bucketBits(int binsOfRow) {
    int bits = 32 - Integer.numberOfLeadingZeros(2 * binsOfRow - 1);
    return Math.clamp(bits, MIN_BUCKET_BITS, MAX_BUCKET_BITS);
  }

  private void fillRow(int row, int[] cdf) {
    int m = row << META_SHIFT;
    int firstBin = meta[m + META_BINS];
    for (int k = 0; k < cdf.length - 1; k++) {
      bins[firstBin + k] = (cdf[k] << 16) | (cdf[k + 1] - cdf[k]);
    }
    int firstBucket = meta[m + META_BUCKETS];
    int shift = meta[m + META_BUCKET_SHIFT];
    int bin = 0;
    for (int b = 0; b < QuantizedCdf.TOTAL >> shift; b++) {
      while (cdf[bin + 1] <= (b << shift)) {
        bin++;
      }
      buckets[firstBucket + b] = (char) bin;
      heads[firstBucket + b] = bins[firstBin + bin];
    }
  }

  /**
   * Makes a table from one array per row.
   *
   * @param cdfs rows of cumulative frequencies: at least 3 and at most 65537 entries, starting with
   *     0, ending with 65536, strictly increasing
   * @param offsets symbol of the first bin of each row, -65536 to 65536
   * @throws IllegalArgumentException if a row breaks these rules
   */
  public static CdfTable of(int[][] cdfs, int[] offsets) {
    if (cdfs.length == 0 || cdfs.length != offsets.length) {
      throw new IllegalArgumentException(
          "Expected as many offsets as rows, and a row: " + offsets.length + ", " + cdfs.length);
    }
    for (int r = 0; r < cdfs.length; r++) {
      checkRow(r, cdfs[r], offsets[r]);
    }
    return new CdfTable(cdfs, offsets);
  }

  /**
   * Makes a table from the buffers of a checkpoint.
   *
   * @param quantizedCdf {@code _quantized_cdf}: [rows, width], row-major; what lies behind the
   *     length of a row is ignored
   * @param width entries per row
   * @param cdfLength {@code _cdf_length}: entries in use, for each row
   * @param offset {@code _offset}: symbol of the first bin, for each row
   * @throws IllegalArgumentException if the sizes disagree or a row is not a valid distribution
   */
  public static CdfTable ofPadded(int[] quantizedCdf, int width, int[] cdfLength, int[] offset) {
    int rows = cdfLength.length;
    if (width < 0 || (long) rows * width != quantizedCdf.length) {
      throw new IllegalArgumentException(
          "A table of " + rows + " x " + width + " has not " + quantizedCdf.length + " entries");
    }
    int[][] cdfs = new int[rows][];
    for (int r = 0; r < rows; r++) {
      int length = cdfLength[r];
      if (length < 0 || length > width) {
        throw new IllegalArgumentException(
            "Row " + r + ": length " + length + " outside 0.." + width);
      }
      cdfs[r] = new int[length];
      System.arraycopy(quantizedCdf, r * width, cdfs[r], 0, length);
    }
    return of(cdfs, offset);
  }

  private static void checkRow(int row, int[] cdf, int offset) {
    int length = cdf.length;
    if (length < 3 || length > QuantizedCdf.TOTAL + 1) {
      throw new IllegalArgumentException(
          "Row " + row + ": length " + length + " outside 3.." + (QuantizedCdf.TOTAL + 1));
    }
    if (cdf[0] != 0 || cdf[length - 1] != QuantizedCdf.TOTAL) {
      throw new IllegalArgumentException(
          "Row " + row + " goes from " + cdf[0] + " to " + cdf[length - 1] + ", not 0 to 65536");
    }
    for (int k = 1; k < length; k++) {
      if (cdf[k] <= cdf[k - 1]) {
        throw new IllegalArgumentException("Row " + row + " does not increase at entry " + k);
      }
    }
    if (offset < -MAX_OFFSET || offset > MAX_OFFSET) {
      throw new IllegalArgumentException("Row " + row + ": offset " + offset + " is too large");
    }
  }

  /** Returns the number of rows. */
  public int rows() {
    return rows;
  }

  /** Returns the number of entries of the longest row. */
  public int width() {
    return width;
  }

  /** Returns the number of cumulative frequencies of a row; it has two more than plain symbols. */
  public int length(int row) {
    return meta[(row << META_SHIFT) + META_ESCAPE] + 2;
  }

  /** Returns the symbol of the first bin of a row. */
  public int offset(int row) {
    return meta[(row << META_SHIFT) + META_OFFSET];
  }

  /** Returns the cumulative frequencies of a row. */
  public int[] cdf(int row) {
    int length = length(row);
    int first = meta[(row << META_SHIFT) + META_BINS];
    int[] cdf = new int[length];
    for (int k = 0; k < length - 1; k++) {
      cdf[k] = bins[first + k] >>> 16;
    }
    cdf[length - 1] = QuantizedCdf.TOTAL;
    return cdf;
  }

  /** Returns the table as a checkpoint stores it: [rows, width], zeros behind each row. */
  public int[] toPadded() {
    int[] padded = new int[Math.multiplyExact(rows, width)];
    for (int r = 0; r < rows; r++) {
      System.arraycopy(cdf(r), 0, padded, r * width, length(r));
    }
    return padded;
  }

  /**
   * Information content of symbols in bits, each with its own row: what a perfect coder would need.
   * For reports; the logarithms keep it off the coding path.
   */
  public double bits(int[] symbols, int[] indexes) {
    double nats = 0;
    long digits = 0;
    for (int i = 0; i < symbols.length; i++) {
      int m = indexes[i] << META_SHIFT;
      int escape = meta[m + META_ESCAPE];
      long bin = (long) symbols[i] - meta[m + META_OFFSET];
      boolean inside = bin >= 0 && bin < escape;
      if (!inside) {
        digits += 1 + Escape.digits((int) Escape.code(bin, escape));
      }
      int frequency = bins[meta[m + META_BINS] + (inside ? (int) bin : escape)] & 0xFFFF;
      nats -= StrictMath.log((double) frequency / QuantizedCdf.TOTAL);
    }
    return nats / StrictMath.log(2) + digits * Escape.DIGIT_BITS;
  }

  /**
   * Returns the CRC-32 of the frequencies as a checkpoint stores them: zero-padded rows of 32-bit
   * little-endian words. Offsets and lengths are not part of it.
   */
  public int crc32() {
    return crc32(toPadded());
  }

  /** CRC-32 of 32-bit words in little-endian order. */
  static int crc32(int[] words) {
    CRC32 crc = new CRC32();
    for (int word : words) {
      crc.update(word);
      crc.update(word >>> 8);
      crc.update(word >>> 16);
      crc.update(word >>> 24);
    }
    return (int) crc.getValue();
  }
}
