package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RansRoundTripTest {
  private static final CdfTable GAUSSIAN = GaussianVariant.TORCH_2_13.cdfTable();

  private static byte[] encode(int[] symbols, int[] indexes, CdfTable table, RansLayout layout) {
    RansEncoder encoder = new RansEncoder();
    encoder.encode(symbols, indexes, 0, symbols.length, table);
    return encoder.finish(layout);
  }

  private static void assertRoundTrip(
      int[] symbols, int[] indexes, CdfTable table, RansLayout layout)
      throws CorruptStreamException {
    byte[] stream = encode(symbols, indexes, table, layout);
    RansDecoder decoder = new RansDecoder(stream, 0, stream.length, layout);
    int[] decoded = new int[symbols.length];
    decoder.decode(decoded, indexes, 0, symbols.length, table);
    decoder.finish();
    assertThat(decoded).isEqualTo(symbols);
  }

  /** Streams that CompressAI wrote over the tables of torch 2.13. */
  @Test
  void streamsOfTheReference() {
    int[] thirties = new int[16];
    int[] threes = new int[16];
    Arrays.fill(thirties, 30);
    Arrays.fill(threes, 3);
    assertThat(hex(new int[4], new int[4])).isEqualTo("2e00068000000000");
    assertThat(
            hex(
                new int[] {0, 1, -3, 17, -400, 5, -1, 2},
                new int[] {10, 20, 30, 40, 63, 35, 15, 25}))
        .isEqualTo("55a07a4d010000004839cd0c");
    assertThat(hex(new int[] {1, -2, 7, -9, 1000, -70000}, new int[] {0, 0, 0, 5, 10, 20}))
        .isEqualTo("feffffffff55551511ffffa1ffffd1ff837cfcfff52c2200");
    assertThat(hex(threes, thirties)).isEqualTo("a5c83d464912510efabb290b");
  }

  private static String hex(int[] symbols, int[] indexes) {
    return HexFormat.of().formatHex(encode(symbols, indexes, GAUSSIAN, RansLayout.REFERENCE));
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void everySymbolOfEveryRowAndItsNeighbours(RansLayout layout) throws CorruptStreamException {
    RansEncoder encoder = new RansEncoder();
    for (int row = 0; row < GAUSSIAN.rows(); row++) {
      int plain = GAUSSIAN.length(row) - 2;
      int[] symbols = new int[plain + 40];
      for (int i = 0; i < symbols.length; i++) {
        symbols[i] = GAUSSIAN.offset(row) - 20 + i;
      }
      encoder.encode(symbols, 0, symbols.length, row, GAUSSIAN);
      byte[] stream = encoder.finish(layout);
      RansDecoder decoder = new RansDecoder(stream, 0, stream.length, layout);
      int[] decoded = new int[symbols.length];
      decoder.decode(decoded, 0, symbols.length, row, GAUSSIAN);
      decoder.finish();
      assertThat(decoded).isEqualTo(symbols);
    }
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void randomStreamsOfAllLengths(RansLayout layout) throws CorruptStreamException {
    Random random = new Random(1);
    for (int round = 0; round < 4000; round++) {
      int n = random.nextInt(round % 100 == 0 ? 3000 : 40);
      int rows = 1 + random.nextInt(64);
      int[] symbols = new int[n];
      int[] indexes = new int[n];
      for (int i = 0; i < n; i++) {
        indexes[i] = random.nextInt(rows);
        double spread = -GAUSSIAN.offset(indexes[i]) / 6.0;
        symbols[i] = (int) StrictMath.rint(random.nextGaussian() * spread);
        if (random.nextInt(30) == 0) {
          symbols[i] = random.nextInt(2 << random.nextInt(27)) * (random.nextBoolean() ? 1 : -1);
        }
      }
      assertRoundTrip(symbols, indexes, GAUSSIAN, layout);
    }
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void randomTables(RansLayout layout) throws CorruptStreamException {
    Random random = new Random(4);
    for (int round = 0; round < 200; round++) {
      int rows = 1 + random.nextInt(5);
      int[][] cdfs = new int[rows][];
      int[] offsets = new int[rows];
      for (int r = 0; r < rows; r++) {
        int inner = 1 + random.nextInt(1 << random.nextInt(11));
        int[] cuts = random.ints(1, 65536).distinct().limit(inner).sorted().toArray();
        cdfs[r] = new int[inner + 2];
        System.arraycopy(cuts, 0, cdfs[r], 1, inner);
        cdfs[r][inner + 1] = 65536;
        offsets[r] = random.nextInt(201) - 100;
      }
      CdfTable table = CdfTable.of(cdfs, offsets);
      int[] symbols = random.ints(500, -150, 400).toArray();
      int[] indexes = random.ints(500, 0, rows).toArray();
      assertRoundTrip(symbols, indexes, table, layout);
    }
  }

  /** Facet's own stream: z with the tables of the bottleneck, then y with the Gaussian ones. */
  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void severalTablesShareOneState(RansLayout layout) throws CorruptStreamException {
    CdfTable factorized = CdfTable.of(new int[][] {{0, 100, 60000, 65536}}, new int[] {-1});
    int[] z = {0, -1, 0, 5};
    int[] y = {9, 9, 3, -2, 0, 9};
    int[] indexes = {-1, -1, 5, 10, 20, -1};
    RansEncoder encoder = new RansEncoder();
    encoder.encode(z, 0, 4, 0, factorized);
    encoder.encode(y, indexes, 2, 3, GAUSSIAN);
    byte[] stream = encoder.finish(layout);
    byte[] embedded = new byte[stream.length + 10];
    System.arraycopy(stream, 0, embedded, 5, stream.length);
    RansDecoder decoder = new RansDecoder(embedded, 5, stream.length, layout);
    int[] out = new int[6];
    decoder.decode(out, 0, 4, 0, factorized);
    assertThat(out).startsWith(z);
    decoder.decode(out, indexes, 2, 3, GAUSSIAN);
    assertThat(out).containsExactly(0, -1, 3, -2, 0, 0);
    decoder.finish();
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void nothingAtAll(RansLayout layout) throws CorruptStreamException {
    byte[] stream = new RansEncoder().finish(layout);
    assertThat(stream).hasSize(layout == RansLayout.REFERENCE ? 8 : 1);
    new RansDecoder(stream, 0, stream.length, layout).finish();
  }

  @Test
  void compactStreamsAreNeverLonger() {
    Random random = new Random(8);
    long saved = 0;
    for (int round = 0; round < 2000; round++) {
      int n = 1 + random.nextInt(100);
      int[] symbols = random.ints(n, -3, 4).toArray();
      int[] indexes = random.ints(n, 0, 30).toArray();
      int reference = encode(symbols, indexes, GAUSSIAN, RansLayout.REFERENCE).length;
      int compact = encode(symbols, indexes, GAUSSIAN, RansLayout.COMPACT).length;
      assertThat(compact).isLessThanOrEqualTo(reference);
      saved += reference - compact;
    }
    assertThat(saved / 2000.0).isBetween(4.0, 5.0);
  }

  @Test
  void symbolsAtTheLimitOfTheEscapeCode() throws CorruptStreamException {
    int row = 12;
    int below = GAUSSIAN.offset(row) - (1 << 27);
    int above = GAUSSIAN.offset(row) + GAUSSIAN.length(row) - 2 + (1 << 27) - 1;
    for (RansLayout layout : RansLayout.values()) {
      assertRoundTrip(new int[] {below, above, 0}, new int[] {row, row, row}, GAUSSIAN, layout);
      assertRoundTrip(
          new int[] {Symbols.LIMIT, -Symbols.LIMIT}, new int[] {0, 63}, GAUSSIAN, layout);
    }
    RansEncoder encoder = new RansEncoder();
    int[] kept = {1, 2, 300};
    encoder.encode(kept, 0, 3, row, GAUSSIAN);
    int size = encoder.size();
    int[] indexes = {row, row, row};
    for (int bad : new int[] {below - 1, above + 1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      int[] symbols = {500, bad, 0};
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.encode(symbols, indexes, 0, 3, GAUSSIAN));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encoder.encode(symbols, 0, 3, row, GAUSSIAN));
      assertThat(encoder.size()).isEqualTo(size);
    }
    byte[] stream = encoder.finish();
    assertThat(stream).isEqualTo(encode(kept, indexes, GAUSSIAN, RansLayout.REFERENCE));
    assertThat(encoder.size()).isZero();
  }

  @Test
  void rowsThatDoNotExist() throws CorruptStreamException {
    RansEncoder encoder = new RansEncoder();
    RansDecoder decoder = new RansDecoder(encoder.finish());
    int[] out = new int[1];
    for (int row : new int[] {-1, 64, 1 << 29, Integer.MIN_VALUE}) {
      int[] indexes = {row};
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> encoder.encode(out, indexes, 0, 1, GAUSSIAN));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> encoder.encode(out, 0, 1, row, GAUSSIAN));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> decoder.decode(out, indexes, 0, 1, GAUSSIAN));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> decoder.decode(out, 0, 1, row, GAUSSIAN));
    }
    assertThat(encoder.size()).isZero();
    decoder.finish();
  }
}
