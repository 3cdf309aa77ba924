package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CdfTableTest {
  @Test
  void keepsRowsOffsetsAndPadding() {
    int[] padded = {0, 1, 65536, 0, 0, 30000, 40000, 65536};
    CdfTable table = CdfTable.ofPadded(padded, 4, new int[] {3, 4}, new int[] {0, -7});
    assertThat(table.rows()).isEqualTo(2);
    assertThat(table.width()).isEqualTo(4);
    assertThat(table.length(0)).isEqualTo(3);
    assertThat(table.length(1)).isEqualTo(4);
    assertThat(table.offset(1)).isEqualTo(-7);
    assertThat(table.cdf(0)).containsExactly(0, 1, 65536);
    assertThat(table.toPadded()).isEqualTo(padded);
    assertThat(table.crc32()).isEqualTo(CdfTable.crc32(padded));
  }

  @Test
  void ignoresWhatLiesBehindARow() {
    CdfTable table =
        CdfTable.ofPadded(new int[] {0, 5, 65536, -1}, 4, new int[] {3}, new int[] {0});
    assertThat(table.toPadded()).containsExactly(0, 5, 65536);
  }

  @Test
  void doesNotShareItsInput() {
    int[][] rows = {{0, 5, 65536}};
    CdfTable table = CdfTable.of(rows, new int[] {0});
    rows[0][1] = 9;
    table.cdf(0)[1] = 9;
    assertThat(table.cdf(0)).containsExactly(0, 5, 65536);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0,65536",
        "1,5,65536",
        "0,5,65535",
        "0,5,65537",
        "0,5,5,65536",
        "0,6,5,65536",
        "0,0,65536",
        "0,65536,65536",
        "0,-5,65536",
        "0,70000,65536"
      })
  void rejectsBadRows(String row) {
    int[] cdf =
        Arrays.stream(row.split(","))
            .filter(s -> !s.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdfTable.of(new int[][] {cdf}, new int[] {0}))
        .withMessageContaining("Row 0");
  }

  @Test
  void rejectsBadSizes() {
    int[] cdf = {0, 5, 65536};
    int[] one = {0};
    assertThatIllegalArgumentException().isThrownBy(() -> CdfTable.of(new int[0][], new int[0]));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdfTable.of(new int[][] {cdf}, new int[] {0, 0}));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdfTable.of(new int[][] {cdf}, new int[] {65537}));
    for (int length : new int[] {-1, 4, Integer.MAX_VALUE}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CdfTable.ofPadded(cdf, 3, new int[] {length}, one));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdfTable.ofPadded(cdf, 2, new int[] {2}, one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdfTable.ofPadded(cdf, -3, new int[] {3}, one));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CdfTable.ofPadded(new int[0], 0, new int[] {0}, one));
    int[] tooLong = new int[65538];
    assertThatIllegalArgumentException().isThrownBy(() -> CdfTable.of(new int[][] {tooLong}, one));
  }

  /** The bucket index followed by the short search finds what a search from the start finds. */
  @Test
  void bucketsFindEveryValueOfEveryRow() {
    CdfTable gaussian = GaussianVariant.TORCH_2_13.cdfTable();
    int[][] rows = new int[68][];
    for (int r = 0; r < 64; r++) {
      rows[r] = gaussian.cdf(r);
    }
    Random random = new Random(3);
    rows[64] = new int[] {0, 65535, 65536};
    rows[65] = new int[] {0, 1, 65536};
    rows[66] = random.ints(1, 65536).distinct().limit(5000).sorted().toArray();
    rows[66][0] = 0;
    rows[66][4999] = 65536;
    rows[67] = new int[65537];
    Arrays.setAll(rows[67], k -> k);
    CdfTable table = CdfTable.of(rows, new int[68]);
    long steps = 0;
    for (int r = 0; r < rows.length; r++) {
      int m = r << CdfTable.META_SHIFT;
      int expected = 0;
      for (int value = 0; value < 65536; value++) {
        while (rows[r][expected + 1] <= value) {
          expected++;
        }
        int bucket = value >>> table.meta[m + CdfTable.META_BUCKET_SHIFT];
        int bin = table.buckets[table.meta[m + CdfTable.META_BUCKETS] + bucket];
        while (value - (table.bins[table.meta[m] + bin] >>> 16)
            >= (table.bins[table.meta[m] + bin] & 0xFFFF)) {
          bin++;
          steps += r < 64 ? 1 : 0;
        }
        if (bin != expected) {
          assertThat(bin).as("row %d value %d", r, value).isEqualTo(expected);
        }
      }
    }
    assertThat(steps / (64 * 65536.0)).isLessThan(0.25);
  }
}
