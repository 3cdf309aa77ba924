package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.entropy.GoldenFiles.Array;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything the reference stored about entropy coding, compared bit by bit. */
class GoldenEntropyTest {
  private static CdfTable stored(Map<String, Array> file, String prefix, String cdfName) {
    Array cdf = file.get(prefix + cdfName);
    return CdfTable.ofPadded(
        cdf.ints(),
        cdf.shape()[1],
        file.get(prefix + "cdf_length").ints(),
        file.get(prefix + "offset").ints());
  }

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
  void ransStream(int number) throws CorruptStreamException {
    String name = String.format("c/rans/%02d", number);
    String tables = number == 9 ? "c/eb8" : number == 10 ? "c/eb192" : "c/gaussian";
    CdfTable table = stored(GoldenFiles.safetensors(tables + ".safetensors"), "", "quantized_cdf");
    byte[] stream = GoldenFiles.bytes(name + ".bin");
    int[] symbols = GoldenFiles.npy(name + "_symbols.npy");
    int[] indexes = GoldenFiles.npy(name + "_indexes.npy");

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
  void gaussianTablesOfTheReferenceRun() {
    Map<String, Array> file = GoldenFiles.safetensors("c/gaussian.safetensors");
    CdfTable expected = stored(file, "", "quantized_cdf");
    assertThat(GaussianVariant.TORCH_1_13_AVX2.scaleTable())
        .isEqualTo(file.get("scale_table").floats());
    assertSameTables(GaussianVariant.TORCH_1_13_AVX2.cdfTable(), expected);
    assertSameTables(GaussianVariant.TORCH_1_13_SCALAR.cdfTable(), expected);
    assertThat(expected.width()).isEqualTo(3133);
  }

  @ParameterizedTest
  @EnumSource(GaussianVariant.class)
  void gaussianVariant(GaussianVariant variant) {
    Map<String, Array> rows = GoldenFiles.safetensors("c/gaussian_variant_rows.safetensors");
    CdfTable used =
        stored(GoldenFiles.safetensors("c/gaussian.safetensors"), "", "quantized_cdf");
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
      Array row = rows.get(folder + "/row_" + r);
      assertThat(built.cdf(r)).as("row %d", r).isEqualTo(row == null ? used.cdf(r) : row.ints());
      different += row == null ? 0 : 1;
    }
    System.out.printf(
        "%s: scales %08x, tables %08x, 64 rows exact, %d of them unlike torch-1.13-avx2%n",
        variant.id(), variant.scaleCrc32(), built.crc32(), different);
    assertThat(built.crc32()).isEqualTo(variant.cdfCrc32());
  }

  @Test
  void variantBitsAreTheStoredOnes() {
    String json = new String(GoldenFiles.bytes("c/gaussian_variants.json"), StandardCharsets.US_ASCII);
    for (GaussianVariant variant : GaussianVariant.values()) {
      assertThat(json).contains(String.format("\"%08x\"", variant.scaleCrc32()));
      assertThat(json).contains(String.format("\"%08x\"", variant.cdfCrc32()));
    }
  }

  @Test
  void pmfToQuantizedCdf() {
    Map<String, Array> file = GoldenFiles.safetensors("c/pmf_to_quantized_cdf.safetensors");
    int cases = 0;
    for (String name : new TreeSet<>(file.keySet())) {
      if (name.startsWith("pmf_")) {
        int[] expected = file.get(name.replace("pmf", "cdf")).ints();
        assertThat(QuantizedCdf.fromPmf(file.get(name).floats())).as(name).isEqualTo(expected);
        cases++;
      }
    }
    assertThat(cases).isEqualTo(50);
  }

  private static EntropyBottleneck bottleneck(Map<String, float[]> tensors) {
    float[][] matrices = new float[5][];
    float[][] biases = new float[5][];
    float[][] factors = new float[4][];
    for (int i = 0; i < 5; i++) {
      matrices[i] = tensors.get("_matrix" + i);
      biases[i] = tensors.get("_bias" + i);
      if (i < 4) {
        factors[i] = tensors.get("_factor" + i);
      }
    }
    float[] quantiles = tensors.get("quantiles");
    return EntropyBottleneck.ofParameters(
        quantiles.length / 3, matrices, biases, factors, quantiles);
  }

  private static Map<String, float[]> floats(Map<String, Array> file, String prefix) {
    Map<String, float[]> tensors = new HashMap<>();
    file.forEach(
        (name, array) -> {
          if (name.startsWith(prefix)) {
            tensors.put(name.substring(prefix.length()), array.floats());
          }
        });
    return tensors;
  }

  @ParameterizedTest
  @CsvSource({"eb8, ''", "eb192, '38,93'"})
  void bottleneckOfSectionC(String name, String differing) {
    Map<String, Array> file = GoldenFiles.safetensors("c/" + name + ".safetensors");
    EntropyBottleneck model = bottleneck(floats(file, ""));
    assertSameTables(model.table(), stored(file, "", "quantized_cdf_f64"));
    CdfTable float32 = stored(file, "", "quantized_cdf");
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
  void bottleneckOfFullSizeModel(String name) {
    EntropyBottleneck model =
        bottleneck(GoldenFiles.recipe("a/" + name + "/recipe.json", "entropy_bottleneck."));
    Map<String, Array> file = GoldenFiles.safetensors("a/" + name + "/eb_tables.safetensors");
    assertSameTables(model.table(), stored(file, "", "quantized_cdf"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"small_ar", "small_ar_f16", "small_ar_bf16"})
  void bottleneckOfSmallCheckpoint(String name) {
    Map<String, Array> checkpoint =
        GoldenFiles.safetensors("b/checkpoints/" + name + ".safetensors");
    EntropyBottleneck model = bottleneck(floats(checkpoint, "entropy_bottleneck."));
    Map<String, Array> file = GoldenFiles.safetensors("b/" + name + "/tables.safetensors");
    assertSameTables(model.table(), stored(file, "eb_", "quantized_cdf"));
  }
}
