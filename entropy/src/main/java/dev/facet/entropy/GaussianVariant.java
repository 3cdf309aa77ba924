package dev.facet.entropy;

import java.util.Locale;
import java.util.Optional;

/**
 * The five known versions of CompressAI's Gaussian scale table.
 *
 * <p>The reference computes exp(linspace(ln 0.11, ln 256, 64)) in float32 when a model is built.
 * The last bits of the result, and through them up to three rows of the integer tables, depend on
 * the torch version and on the vector instructions of the CPU, and nothing in a checkpoint or in a
 * stream says which. Tables are therefore part of a model in Facet, and a checkpoint that lacks
 * them is given one of these variants by name. The bits and both CRCs were measured with the torch
 * builds named here.
 */
public enum GaussianVariant {
  /**
   * torch 1.13 on a CPU with AVX2: the golden streams use its tables.
   */
  TORCH_1_13_AVX2(
      "torch-1.13-avx2",
      0xd63e65e9,
      0x0b952fd7,
      """
      3de147ae 3dfec793 3e101230 3e22efc7 3e3845c8 3e506704 3e6bb124 3e85470a
      3e96bacd 3eaa779a 3ec0ca0e 3eda08ca 3ef695cc 3f0b6ff2 3f1db234 3f325889
      3f49b318 3f641c86 3f80fdab 3f91e1bd 3fa4fc07 3fba96ae 3fd3058e 3feea77c
      4006f3dc 40189fc7 402c9c16 4043365c 405cc652 4079af2f 408d3097 409fad98
      40b4965a 40cc3c0c 40e6fa76 41029cb1 4113b71b 41270eda 413cef04 4155ac84
      4171a758 4188a610 419a8ad8 41aec774 41c5aa71 41df8ca6 41fcd287 420ef6dd
      4221af59 4236db64 424ecd30 4269e1a0 428440f0 42959263 42a9285d 42bf4eec
      42d85c06 42f4b0e5 430a5dbd 431c7c18 4330f9ce 43482672 43625bf2 43800000
      """),

  /** torch 1.13 without vector code: other scales, the same integer tables. */
  TORCH_1_13_SCALAR(
      "torch-1.13-scalar",
      0x446c1026,
      0x0b952fd7,
      """
      3de147ae 3dfec793 3e101230 3e22efc7 3e3845c8 3e506704 3e6bb124 3e85470a
      3e96bacd 3eaa779a 3ec0ca0e 3eda08ca 3ef695cc 3f0b6ff2 3f1db234 3f325889
      3f49b318 3f641c86 3f80fdab 3f91e1bd 3fa4fc07 3fba96af 3fd3058f 3feea77c
      4006f3dc 40189fc7 402c9c16 4043365c 405cc651 4079af2f 408d3097 409fad98
      40b4965b 40cc3c0d 40e6fa76 41029cb1 4113b71b 41270edb 413cef04 4155ac83
      4171a758 4188a610 419a8ad8 41aec774 41c5aa71 41df8ca6 41fcd287 420ef6dd
      4221af59 4236db65 424ecd30 4269e1a0 428440f0 42959263 42a9285d 42bf4eec
      42d85c06 42f4b0e5 430a5dbd 431c7c18 4330f9ce 43482672 43625bf2 43800000
      """),

  /** torch 1.13 on a CPU with AVX-512. */
  TORCH_1_13_AVX512(
      "torch-1.13-avx512",
      0xb4086461,
      0x7d116a4f,
      """
      3de147ae 3dfec793 3e101230 3e22efc7 3e3845c8 3e506704 3e6bb124 3e85470a
      3e96bacd 3eaa779a 3ec0ca0e 3eda08cb 3ef695cc 3f0b6ff2 3f1db234 3f32588a
      3f49b318 3f641c86 3f80fdab 3f91e1bd 3fa4fc07 3fba96ae 3fd3058e 3feea77c
      4006f3dc 40189fc6 402c9c16 4043365c 405cc652 4079af2f 408d3097 409fad98
      40b4965a 40cc3c0c 40e6fa76 41029cb1 4113b71b 41270eda 413cef04 4155ac84
      4171a758 4188a610 419a8ad8 41aec774 41c5aa71 41df8ca6 41fcd287 420ef6dd
      4221af59 4236db64 424ecd30 4269e1a0 428440f0 42959263 42a9285d 42bf4eec
      42d85c06 42f4b0de 430a5dbd 431c7c18 4330f9ce 4348266c 43625beb 43800000
      """),

  /** torch 2.13 on a CPU with AVX2 or AVX-512. */
  TORCH_2_13(
      "torch-2.13",
      0xe6d62572,
      0x2d3570a9,
      """
      3de147ae 3dfec793 3e101230 3e22efc7 3e3845c8 3e506704 3e6bb124 3e85470a
      3e96bacd 3eaa779a 3ec0ca0e 3eda08ca 3ef695cc 3f0b6ff2 3f1db234 3f325889
      3f49b318 3f641c86 3f80fdab 3f91e1bd 3fa4fc07 3fba96af 3fd3058f 3feea77c
      4006f3dc 40189fc7 402c9c16 4043365c 405cc651 4079af2f 408d3097 409fad98
      40b4965b 40cc3c0e 40e6fa78 41029cb1 4113b71b 41270edd 413cef07 4155ac83
      4171a758 4188a610 419a8ad8 41aec774 41c5aa71 41df8ca9 41fcd28b 420ef6dd
      4221af59 4236db65 424ecd30 4269e1a0 428440f0 42959263 42a9285d 42bf4eec
      42d85c06 42f4b0de 430a5dbd 431c7c18 4330f9ce 43482672 43625beb 43800000
      """),

  /**
   * exp in double precision, rounded to float32: what the formula says, and what no torch computes.
   */
  DOUBLE_EXP(
      "double-exp",
      0xab388baa,
      0xebbbde60,
      """
      3de147ae 3dfec794 3e10122f 3e22efc6 3e3845c8 3e506705 3e6bb124 3e854709
      3e96bacd 3eaa779a 3ec0ca0d 3eda08ca 3ef695cb 3f0b6ff2 3f1db233 3f325888
      3f49b317 3f641c85 3f80fdab 3f91e1bc 3fa4fc06 3fba96ae 3fd3058e 3feea77b
      4006f3db 40189fc6 402c9c15 4043365a 405cc650 4079af2f 408d3096 409fad96
      40b4965c 40cc3c0f 40e6fa78 41029cb2 4113b71c 41270edd 413cef07 4155ac84
      4171a75a 4188a611 419a8ad8 41aec774 41c5aa73 41df8ca8 41fcd28b 420ef6dd
      4221af5a 4236db67 424ecd2f 4269e1a4 428440f1 42959262 42a9285f 42bf4eec
      42d85c03 42f4b0e0 430a5dbc 431c7c15 4330f9cf 43482670 43625bee 43800000
      """);

  /** Number of scales. */
  static final int LEVELS = 64;

  private final String id;
  private final int scaleCrc32;
  private final int cdfCrc32;
  private final String scaleBits;

  GaussianVariant(String id, int scaleCrc32, int cdfCrc32, String scaleBits) {
    this.id = id;
    this.scaleCrc32 = scaleCrc32;
    this.cdfCrc32 = cdfCrc32;
    this.scaleBits = scaleBits;
  }

  /** Returns the variant's name in files and on the command line, such as {@code torch-2.13}. */
  public String id() {
    return id;
  }

  /** Finds a variant by its {@link #id()}. */
  public static Optional<GaussianVariant> byId(String id) {
    for (GaussianVariant variant : values()) {
      if (variant.id.equals(id)) {
        return Optional.of(variant);
      }
    }
    return Optional.empty();
  }

  /** Returns the CRC-32 of the scales as little-endian float32. */
  public int scaleCrc32() {
    return scaleCrc32;
  }

  /** Returns the CRC-32 of the integer tables, see {@link CdfTable#crc32()}. */
  public int cdfCrc32() {
    return cdfCrc32;
  }

  /**
   * Returns the 64 scales, ascending from 0.11 to 256.
   *
   * @throws IllegalStateException if the embedded bits do not have the expected CRC
   */
  public float[] scaleTable() {
    String[] words = scaleBits.strip().split("\\s+");
    float[] scales = new float[LEVELS];
    int[] bits = new int[LEVELS];
    for (int i = 0; i < LEVELS; i++) {
      bits[i] = Integer.parseUnsignedInt(words[i], 16);
      scales[i] = Float.intBitsToFloat(bits[i]);
    }
    if (words.length != LEVELS || CdfTable.crc32(bits) != scaleCrc32) {
      throw new IllegalStateException("The scale table of " + id + " is damaged");
    }
    return scales;
  }

  /**
   * Builds the integer tables of this variant (some milliseconds; not cached).
   *
   * @throws IllegalStateException if the result does not have the expected CRC
   */
  public CdfTable cdfTable() {
    CdfTable table = GaussianTables.build(scaleTable());
    if (table.crc32() != cdfCrc32) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "The Gaussian tables of %s have CRC %08x instead of %08x",
              id,
              table.crc32(),
              cdfCrc32));
    }
    return table;
  }
}
