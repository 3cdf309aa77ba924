package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.testing.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything the reference stored about entropy coding, compared bit by bit. */
class GoldenEntropyTest {
  private static void assertSameTables(CdfTable actual, CdfTable expected) {
    assertThat(actual.rows()).isEqualTo(expected.rows());
    for (int r = 0; r < expected.rows(); r++) {
      assertThat(actual.cdf(r)).as("row %d", r).isEqualTo(expected.cdf(r));
      assertThat(actual.offset(r)).as("offset of row %d", r).isEqualTo(expected.offset(r));
    }
    assertThat(actual.crc32()).isEqualTo(expected.crc32());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void ransStream(int number) throws IOException {
    String name = String.format("c/rans/%02d", number);
    String tables = number == 9 ? "c/eb8" : number == 10 ? "c/eb192" : "c/gaussian";
    CdfTable table =
        GoldenTables.stored(Golden.checkpoint(tables + ".safetensors"), "", "quantized_cdf");
    byte[] stream = Golden.bytes(name + ".bin");
    int[] symbols = Golden.npy(name + "_symbols.npy").ints();
    int[] indexes = Golden.npy(name + "_indexes.npy").ints();

    RansEncoder encoder = new RansEncoder();
    encoder.encode(symbols, indexes, 0, symbols.length, table);
    assertThat(encoder.finish()).isEqualTo(stream);

    int[] decoded = new int[symbols.length];
    RansDecoder decoder = new RansDecoder(stream);
    for (int at = 0; at < decoded.length; at += 128) {
      decoder.decode(decoded, indexes, at, Math.min(128, decoded.length - at), table);
    }
    decoder.finish();
    assertThat(decoded).isEqualTo(symbols);

    // the same symbol by symbol, through the one-row methods
    RansDecoder single = new RansDecoder(stream);
    for (int i = 0; i < symbols.length; i++) {
      encoder.encode(symbols, i, 1, indexes[i], table);
      single.decode(decoded, i, 1, indexes[i], table);
    }
    single.finish();
    assertThat(decoded).isEqualTo(symbols);
    assertThat(encoder.finish()).isEqualTo(stream);
  }

  @Test
  void gaussianTablesOfTheReferenceRun() throws IOException {
    Checkpoint file = Golden.checkpoint("c/gaussian.safetensors");
    CdfTable expected = GoldenTables.stored(file, "", "quantized_cdf");
    assertThat(GaussianVariant.TORCH_1_13_AVX2.scaleTable())
        .isEqualTo(file.get("scale_table").floats());
    assertSameTables(GaussianVariant.TORCH_1_13_AVX2.cdfTable(), expected);
    assertSameTables(GaussianVariant.TORCH_1_13_SCALAR.cdfTable(), expected);
    assertThat(expected.width()).isEqualTo(3133);
  }

  @ParameterizedTest
  @EnumSource(GaussianVariant.class)
  void gaussianVariant(GaussianVariant variant) throws IOException {
    Checkpoint rows = Golden.checkpoint("c/gaussian_variant_rows.safetensors");
    CdfTable used =
        GoldenTables.stored(Golden.checkpoint("c/gaussian.safetensors"), "", "quantized_cdf");
    String folder =
        switch (variant) {
          case TORCH_1_13_AVX2, TORCH_1_13_SCALAR -> "none";
          case TORCH_1_13_AVX512 -> "torch_1.13.0_avx512";
          case TORCH_2_13 -> "torch_2.13_avx2_or_avx512";
          case DOUBLE_EXP -> "double_formula_rounded";
        };
    CdfTable built = variant.cdfTable();
    int different = 0;
    for (int r = 0; r < built.rows(); r++) {
      String name = folder + "/row_" + r;
      int[] expected = rows.contains(name) ? rows.get(name).ints() : used.cdf(r);
      assertThat(built.cdf(r)).as("row %d", r).isEqualTo(expected);
      different += rows.contains(name) ? 1 : 0;
    }
    System.out.printf(
        "%s: scales %08x, tables %08x, 64 rows exact, %d of them unlike torch-1.13-avx2%n",
        variant.id(), variant.scaleCrc32(), built.crc32(), different);
    assertThat(built.crc32()).isEqualTo(variant.cdfCrc32());
  }

  @Test
  void variantBitsAreTheStoredOnes() {
    String json = new String(Golden.bytes("c/gaussian_variants.json"), StandardCharsets.US_ASCII);
    for (GaussianVariant variant : GaussianVariant.values()) {
      assertThat(json).contains(String.format("\"%08x\"", variant.scaleCrc32()));
      assertThat(json).contains(String.format("\"%08x\"", variant.cdfCrc32()));
    }
  }

  @Test
  void pmfToQuantizedCdf() throws IOException {
    Checkpoint file = Golden.checkpoint("c/pmf_to_quantized_cdf.safetensors");
    int cases = 0;
    for (String name : file.names()) {
      if (name.startsWith("pmf_")) {
        int[] expected = file.get(name.replace("pmf", "cdf")).ints();
        assertThat(QuantizedCdf.fromPmf(file.get(name).floats())).as(name).isEqualTo(expected);
        cases++;
      }
    }
    assertThat(cases).isEqualTo(50);
  }

  @ParameterizedTest
  @CsvSource({"eb8, ''", "eb192, '38,93'"})
  void bottleneckOfSectionC(String name, String differing) throws IOException {
    Checkpoint file = Golden.checkpoint("c/" + name + ".safetensors");
    EntropyBottleneck model = GoldenTables.bottleneck(file);
    assertSameTables(model.table(), GoldenTables.stored(file, "", "quantized_cdf_f64"));
    CdfTable float32 = GoldenTables.stored(file, "", "quantized_cdf");
    StringBuilder rows = new StringBuilder();
    for (int r = 0; r < float32.rows(); r++) {
      if (!Arrays.equals(float32.cdf(r), model.table().cdf(r))) {
        rows.append(rows.isEmpty() ? "" : ",").append(r);
      }
    }
    System.out.printf(
        "%s: %d rows exact; rows that the float32 reference rounds otherwise: [%s]%n",
        name, float32.rows(), rows);
    assertThat(rows).hasToString(differing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ar128", "ar192", "noar192"})
  void bottleneckOfFullSizeModel(String name) throws IOException {
    EntropyBottleneck model = GoldenTables.bottleneck(GoldenTables.fullSizeParameters(name));
    Checkpoint file = Golden.checkpoint("a/" + name + "/eb_tables.safetensors");
    assertSameTables(model.table(), GoldenTables.stored(file, "", "quantized_cdf"));
  }

  @ParameterizedTest
  @CsvSource({
    "small_ar, small_ar.safetensors", "small_ar_f16, small_ar_f16.safetensors",
    "small_ar_bf16, small_ar_bf16.safetensors", "small_noar, small_noar.pth"
  })
  void bottleneckOfSmallCheckpoint(String name, String checkpointFile) throws IOException {
    Checkpoint checkpoint = Golden.checkpoint("b/checkpoints/" + checkpointFile);
    EntropyBottleneck model = GoldenTables.bottleneck(GoldenTables.parameters(checkpoint));
    Checkpoint file = Golden.checkpoint("b/" + name + "/tables.safetensors");
    assertSameTables(model.table(), GoldenTables.stored(file, "eb_", "quantized_cdf"));
  }

  /** Tables that the reference wrote into a checkpoint, under the key names of v1.2. */
  @Test
  void tablesOfACheckpoint() throws IOException {
    Checkpoint checkpoint = Golden.checkpoint("b/checkpoints/small_ar_v12_tables.pth");
    CdfTable factorized = GoldenTables.stored(checkpoint, "entropy_bottleneck._", "quantized_cdf");
    Checkpoint file = Golden.checkpoint("b/small_ar/tables.safetensors");
    assertSameTables(factorized, GoldenTables.stored(file, "eb_", "quantized_cdf"));
    CdfTable gaussian = GoldenTables.stored(checkpoint, "gaussian_conditional._", "quantized_cdf");
    GaussianConditional model =
        GaussianConditional.of(
            checkpoint.get("gaussian_conditional.scale_table").floats(), gaussian);
    assertThat(model.table().crc32()).isEqualTo(GaussianVariant.TORCH_1_13_AVX2.cdfCrc32());
    assertThat(model.scaleTable()).isEqualTo(GaussianVariant.TORCH_1_13_AVX2.scaleTable());
  }
}
