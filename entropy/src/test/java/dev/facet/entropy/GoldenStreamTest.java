package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official files of the full-size models, as far as entropy coding goes: from the stored latents,
 * means and scales to the bytes, and back.
 */
class GoldenStreamTest {
  @ParameterizedTest
  @CsvSource({
    "ar128, 128, 64x128", "ar128, 128, 64x96", "ar128, 128, 50x67",
    "ar192, 192, 64x128", "ar192, 192, 64x96", "ar192, 192, 50x67",
    "noar192, 192, 64x128", "noar192, 192, 64x96", "noar192, 192, 50x67"
  })
  void officialFile(String model, int channels, String size) throws CorruptStreamException {
    String folder = "a/" + model + "/" + size + "/";
    Map<String, GoldenFiles.Array> file =
        GoldenFiles.safetensors("a/" + model + "/eb_tables.safetensors");
    GoldenFiles.Array cdf = file.get("quantized_cdf");
    CdfTable table =
        CdfTable.ofPadded(
            cdf.ints(), cdf.shape()[1], file.get("cdf_length").ints(), file.get("offset").ints());
    float[] quantiles =
        GoldenFiles.recipe("a/" + model + "/recipe.json", "entropy_bottleneck.").get("quantiles");
    EntropyBottleneck prior =
        EntropyBottleneck.of(FactorizedTables.medians(channels, quantiles), table);
    boolean channelsLast = !model.equals("noar192");

    // hyper-latent
    int[] zSymbols = GoldenFiles.npy(folder + "z_symbols.npy");
    float[] z = GoldenFiles.npyFloats(folder + "z.npy");
    int zPositions = z.length / channels;
    int[] rounded = new int[z.length];
    prior.quantize(toChannelsLast(z, channels), zPositions, rounded);
    assertThat(rounded).isEqualTo(toChannelsLast(zSymbols, channels));
    float[] zHat = new float[z.length];
    prior.dequantize(rounded, zPositions, zHat);
    assertThat(zHat)
        .isEqualTo(toChannelsLast(GoldenFiles.npyFloats(folder + "z_hat.npy"), channels));

    // latent
    float[] y = GoldenFiles.npyFloats(folder + "y.npy");
    float[] means = GoldenFiles.npyFloats(folder + "means.npy");
    float[] scales = GoldenFiles.npyFloats(folder + "scales.npy");
    int[] symbols = new int[y.length];
    GaussianConditional.quantize(y, means, 0, y.length, symbols);
    assertThat(symbols).isEqualTo(GoldenFiles.npy(folder + "symbols.npy"));
    float[] yHat = new float[y.length];
    GaussianConditional.dequantize(symbols, means, 0, y.length, yHat);
    assertThat(yHat).isEqualTo(GoldenFiles.npyFloats(folder + "y_hat.npy"));

    for (GaussianVariant variant :
        new GaussianVariant[] {GaussianVariant.TORCH_1_13_AVX2, GaussianVariant.TORCH_2_13}) {
      GaussianConditional gaussian = GaussianConditional.of(variant);
      int[] indexes = new int[y.length];
      gaussian.indexes(scales, 0, y.length, indexes);
      assertThat(indexes).isEqualTo(GoldenFiles.npy(folder + "indexes.npy"));

      boolean first = variant == GaussianVariant.TORCH_1_13_AVX2;
      byte[] stream = GoldenFiles.bytes(folder + (first ? "stream.bin" : "stream_table_213.bin"));
      ByteBuffer header = ByteBuffer.wrap(stream);
      int yLength = header.getInt(8);
      int zLength = header.getInt(12);
      assertThat(stream).hasSize(16 + yLength + zLength);

      int[] inOrder = channelsLast ? toChannelsLast(symbols, channels) : symbols;
      int[] rows = channelsLast ? toChannelsLast(indexes, channels) : indexes;
      RansEncoder encoder = new RansEncoder();
      encoder.encode(inOrder, rows, 0, y.length, gaussian.table());
      assertThat(encoder.finish()).isEqualTo(Arrays.copyOfRange(stream, 16, 16 + yLength));
      RansDecoder decoder = new RansDecoder(stream, 16, yLength, RansLayout.REFERENCE);
      int[] decoded = new int[y.length];
      decoder.decode(decoded, rows, 0, y.length, gaussian.table());
      decoder.finish();
      assertThat(decoded).isEqualTo(inOrder);

      RansDecoder zDecoder =
          new RansDecoder(stream, 16 + yLength, zLength, RansLayout.REFERENCE);
      int[] zDecoded = new int[z.length];
      for (int c = 0; c < channels; c++) {
        zDecoder.decode(zDecoded, c * zPositions, zPositions, c, table);
        encoder.encode(zSymbols, c * zPositions, zPositions, c, table);
      }
      zDecoder.finish();
      assertThat(zDecoded).isEqualTo(zSymbols);
      byte[] zStream = encoder.finish();
      assertThat(ByteBuffer.wrap(zStream))
          .isEqualTo(ByteBuffer.wrap(stream, 16 + yLength, zLength));
    }
  }

  private static int[] toChannelsLast(int[] planes, int channels) {
    int[] result = new int[planes.length];
    int positions = planes.length / channels;
    for (int i = 0; i < planes.length; i++) {
      result[i % positions * channels + i / positions] = planes[i];
    }
    return result;
  }

  private static float[] toChannelsLast(float[] planes, int channels) {
    float[] result = new float[planes.length];
    int positions = planes.length / channels;
    for (int i = 0; i < planes.length; i++) {
      result[i % positions * channels + i / positions] = planes[i];
    }
    return result;
  }
}
