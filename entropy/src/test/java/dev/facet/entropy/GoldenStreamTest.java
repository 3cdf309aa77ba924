package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.testing.Golden;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The official files of the full-size models, as far as entropy coding goes: from the stored
 * latents, means and scales to the bytes, and back.
 */
class GoldenStreamTest {
  @ParameterizedTest
  @CsvSource({
    "ar128, 128, 64x128", "ar128, 128, 64x96", "ar128, 128, 50x67",
    "ar192, 192, 64x128", "ar192, 192, 64x96", "ar192, 192, 50x67",
    "noar192, 192, 64x128", "noar192, 192, 64x96", "noar192, 192, 50x67"
  })
  void officialFile(String model, int channels, String size) throws IOException {
    String folder = "a/" + model + "/" + size + "/";
    Checkpoint file = Golden.checkpoint("a/" + model + "/eb_tables.safetensors");
    CdfTable table = GoldenTables.stored(file, "", "quantized_cdf");
    float[] quantiles = GoldenTables.fullSizeParameters(model).get("quantiles").floats();
    EntropyBottleneck prior =
        EntropyBottleneck.of(FactorizedTables.medians(channels, quantiles), table);
    boolean channelsLast = !model.equals("noar192");

    // hyper-latent
    int[] zSymbols = Golden.npy(folder + "z_symbols.npy").ints();
    float[] z = Golden.npy(folder + "z.npy").floats();
    int zPositions = z.length / channels;
    int[] rounded = new int[z.length];
    prior.quantize(toChannelsLast(z, channels), zPositions, rounded);
    assertThat(rounded).isEqualTo(toChannelsLast(zSymbols, channels));
    float[] zHat = new float[z.length];
    prior.dequantize(rounded, zPositions, zHat);
    assertThat(zHat).isEqualTo(toChannelsLast(Golden.npy(folder + "z_hat.npy").floats(), channels));

    // latent
    float[] y = Golden.npy(folder + "y.npy").floats();
    float[] means = Golden.npy(folder + "means.npy").floats();
    float[] scales = Golden.npy(folder + "scales.npy").floats();
    int[] symbols = new int[y.length];
    GaussianConditional.quantize(y, means, 0, y.length, symbols);
    assertThat(symbols).isEqualTo(Golden.npy(folder + "symbols.npy").ints());
    float[] yHat = new float[y.length];
    GaussianConditional.dequantize(symbols, means, 0, y.length, yHat);
    assertThat(yHat).isEqualTo(Golden.npy(folder + "y_hat.npy").floats());

    for (GaussianVariant variant :
        new GaussianVariant[] {GaussianVariant.TORCH_1_13_AVX2, GaussianVariant.TORCH_2_13}) {
      GaussianConditional gaussian = GaussianConditional.of(variant);
      int[] indexes = new int[y.length];
      gaussian.indexes(scales, 0, y.length, indexes);
      assertThat(indexes).isEqualTo(Golden.npy(folder + "indexes.npy").ints());

      boolean first = variant == GaussianVariant.TORCH_1_13_AVX2;
      byte[] stream = Golden.bytes(folder + (first ? "stream.bin" : "stream_table_213.bin"));
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

      RansDecoder zDecoder = new RansDecoder(stream, 16 + yLength, zLength, RansLayout.REFERENCE);
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
