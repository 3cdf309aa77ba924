package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facet.entropy.CorruptStreamException.Reason;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Damaged streams: symbols or a {@link CorruptStreamException}, nothing else. */
class RansRobustnessTest {
  private static final CdfTable GAUSSIAN = GaussianVariant.TORCH_2_13.cdfTable();

  private final int[] symbols = new int[400];
  private final int[] indexes = new int[400];

  RansRobustnessTest() {
    Random random = new Random(6);
    for (int i = 0; i < symbols.length; i++) {
      indexes[i] = random.nextInt(64);
      symbols[i] = (int) StrictMath.rint(random.nextGaussian() * -GAUSSIAN.offset(indexes[i]) / 6);
      if (i % 25 == 0) {
        symbols[i] = random.nextInt(1 << 20);
      }
    }
  }

  private byte[] stream(RansLayout layout) {
    RansEncoder encoder = new RansEncoder();
    encoder.encode(symbols, indexes, 0, symbols.length, GAUSSIAN);
    return encoder.finish(layout);
  }

  /** Returns whether the damage was noticed; any other exception fails the test. */
  private boolean noticed(byte[] stream, RansLayout layout) {
    int[] out = new int[symbols.length];
    try {
      RansDecoder decoder = new RansDecoder(stream, 0, stream.length, layout);
      decoder.decode(out, indexes, 0, out.length, GAUSSIAN);
      decoder.finish();
    } catch (CorruptStreamException e) {
      assertThat(e.offset()).isBetween(0L, (long) stream.length);
      assertThat(e).hasMessageContaining(e.reason().toString());
      return true;
    }
    assertThat(out).isNotEqualTo(symbols);
    return false;
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void cutAtEveryByte(RansLayout layout) {
    byte[] stream = stream(layout);
    int unnoticed = 0;
    for (int length = 0; length < stream.length; length++) {
      unnoticed += noticed(Arrays.copyOf(stream, length), layout) ? 0 : 1;
    }
    assertThat(unnoticed).isZero();
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void everyBitFlipped(RansLayout layout) {
    byte[] stream = stream(layout);
    int unnoticed = 0;
    for (int bit = 0; bit < 8 * stream.length; bit++) {
      stream[bit / 8] ^= (byte) (1 << bit % 8);
      unnoticed += noticed(stream, layout) ? 0 : 1;
      stream[bit / 8] ^= (byte) (1 << bit % 8);
    }
    System.out.printf("%s: %d of %d bit flips unnoticed%n", layout, unnoticed, 8 * stream.length);
    // digits of escapes are raw bits: a flip changes one symbol and leaves no trace in the state
    int rawBits = 0;
    for (int i = 0; i < symbols.length; i++) {
      int bin = symbols[i] - GAUSSIAN.offset(indexes[i]);
      int escape = GAUSSIAN.length(indexes[i]) - 2;
      if (bin < 0 || bin >= escape) {
        rawBits += 4 * Escape.digits((int) Escape.code(bin, escape));
      }
    }
    assertThat(unnoticed).isLessThanOrEqualTo(rawBits + 40);
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void randomBytes(RansLayout layout) {
    Random random = new Random(9);
    for (int round = 0; round < 3000; round++) {
      byte[] stream = new byte[random.nextInt(600)];
      random.nextBytes(stream);
      if (round % 3 == 0) {
        Arrays.fill(stream, (byte) (round % 2 == 0 ? 0 : -1));
      }
      noticed(stream, layout);
    }
  }

  @ParameterizedTest
  @EnumSource(RansLayout.class)
  void wrongNumberOfSymbols(RansLayout layout) throws CorruptStreamException {
    byte[] stream = stream(layout);
    for (int n = 0; n < symbols.length; n++) {
      RansDecoder decoder = new RansDecoder(stream, 0, stream.length, layout);
      decoder.decode(new int[n], indexes, 0, n, GAUSSIAN);
      assertThatExceptionOfType(CorruptStreamException.class).isThrownBy(decoder::finish);
    }
  }

  @Test
  void reasons() throws CorruptStreamException {
    assertReason(new byte[0], Reason.TRUNCATED, 0);
    assertReason(new byte[9], Reason.TRUNCATED, 9);
    assertReason(new byte[8], Reason.BAD_STATE, 0);
    byte[] negative = new byte[8];
    negative[7] = -1;
    assertReason(negative, Reason.BAD_STATE, 0);

    byte[] stream = stream(RansLayout.REFERENCE);
    RansDecoder longer = new RansDecoder(Arrays.copyOf(stream, stream.length + 4));
    longer.decode(new int[symbols.length], indexes, 0, symbols.length, GAUSSIAN);
    assertThatExceptionOfType(CorruptStreamException.class)
        .isThrownBy(longer::finish)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.TRAILING_BYTES))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(stream.length));
  }

  private static void assertReason(byte[] stream, Reason reason, long offset) {
    assertThatExceptionOfType(CorruptStreamException.class)
        .isThrownBy(() -> new RansDecoder(stream))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  /** Escapes no encoder writes: more than seven digits, and a leading zero digit. */
  @Test
  void impossibleEscapes() throws CorruptStreamException {
    CdfTable table = CdfTable.of(new int[][] {{0, 32768, 65536}}, new int[] {0});
    // decoding takes 16 bits for the bin (value >= 32768: the escape), then 4 for each digit
    for (long digits : new long[] {15, 8, 0x01, 0x02}) {
      long afterBin = (1L << 40) | digits;
      long state = ((afterBin / 32768) << 16) + afterBin % 32768 + 32768;
      byte[] stream = new byte[12];
      for (int i = 0; i < 8; i++) {
        stream[i] = (byte) (state >>> (8 * i));
      }
      RansDecoder decoder = new RansDecoder(stream);
      assertThatExceptionOfType(CorruptStreamException.class)
          .isThrownBy(() -> decoder.decode(new int[1], 0, 1, 0, table))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.BAD_ESCAPE));
    }
  }
}
