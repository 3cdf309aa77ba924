package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
  private static Checkpoint checkpoint(String source, String... names) throws CheckpointException {
    return Checkpoint.of(
        source,
        List.of(names).stream()
            .map(n -> CheckpointTensor.ofFloats(n, new float[] {1, 2}, 1, 2))
            .toList());
  }

  @Test
  void missingAndMisshapenTensorsAreNamed() throws CheckpointException {
    Checkpoint c = checkpoint("file.pth", "g_a.conv.weight");
    assertThat(c.floats("g_a.conv.weight", 1, 2)).containsExactly(1, 2);
    assertThatThrownBy(() -> c.floats("g_a.conv.weight", 2, 1))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("file.pth: tensor g_a.conv.weight has shape [1, 2], but [2, 1]");
    assertThatThrownBy(() -> c.get("conv.weight"))
        .hasMessage("file.pth: has no tensor conv.weight; it does have g_a.conv.weight");
    assertThatThrownBy(() -> c.ints("g_a.conv.weight", 1, 2)).hasMessageContaining("not integers");
  }

  @Test
  void prefixesAndNamesCanBeChanged() throws CheckpointException {
    Checkpoint c = checkpoint("a", "module.x", "y");
    assertThat(c.withPrefixRemoved("module.").names()).containsExactly("x", "y");
    assertThat(c.under("module.").names()).containsExactly("x");
    assertThatThrownBy(() -> checkpoint("a", "module.x", "x").withPrefixRemoved("module."))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("twice");
    assertThatThrownBy(
            () -> CompressAiKeys.canonical(checkpoint("a", "e._matrix0", "e.matrices.0")))
        .hasMessageContaining("holds tensor e._matrix0 twice");
    assertThat(CompressAiKeys.canonical("layer1.0.downsample.0.weight"))
        .isEqualTo("layer1.0.downsample.0.weight");
  }

  @Test
  void packsAreMerged() throws CheckpointException {
    Checkpoint both = Checkpoint.merge(List.of(checkpoint("one", "a"), checkpoint("two", "b")));
    assertThat(both.names()).containsExactly("a", "b");
    assertThatThrownBy(
            () -> Checkpoint.merge(List.of(checkpoint("one", "a"), checkpoint("two", "a"))))
        .hasMessage("two: tensor a is also in one");
  }

  @Test
  void integersAreConvertedExactlyOrRefused() throws CheckpointException {
    CheckpointTensor u64 =
        CheckpointTensor.ofBytes("u", DType.U64, new byte[] {1, 0, 0, 0, 0, 0, 0, -128}, 1);
    assertThat(u64.floats()).containsExactly(0x1p63f);
    assertThat(u64.doubles()).containsExactly(0x1p63);
    assertThatThrownBy(u64::longs).isInstanceOf(CheckpointException.class);
    CheckpointTensor u32 = CheckpointTensor.ofBytes("u", DType.U32, new byte[] {-1, -1, -1, -1}, 1);
    assertThat(u32.longs()).containsExactly(0xFFFF_FFFFL);
    assertThatThrownBy(u32::ints).hasMessageContaining("does not fit 32 bits");
    CheckpointTensor flags = CheckpointTensor.ofBytes("b", DType.BOOL, new byte[] {0, 1, 2}, 3);
    assertThat(flags.ints()).containsExactly(0, 1, 1);
    assertThat(flags.floats()).containsExactly(0, 1, 1);
  }

  @Test
  void quantizedTensorsStandForFloats() throws CheckpointException {
    CheckpointTensor x =
        CheckpointTensor.ofBytes("x", DType.I8, new byte[] {1, -2, 3, 127, -128, 0}, 2, 3);
    CheckpointTensor other = CheckpointTensor.ofBytes("y", DType.I8, new byte[] {5}, 1);
    Checkpoint stored =
        Checkpoint.of("a", List.of(x, CheckpointTensor.ofFloats("x_scale", f(0.1f, 3), 2), other));
    Checkpoint read = stored.dequantized();
    assertThat(read.names()).containsExactly("x", "y");
    float[] values = {0.1f, -2 * 0.1f, 3 * 0.1f, 381, -384, 0};
    CheckpointTensor floats = read.get("x");
    assertThat(floats.floats()).containsExactly(values);
    assertThat(floats.withName("z").doubles()[1]).isEqualTo(-2 * 0.1f);
    assertThat(floats.bytes()).isEqualTo(CheckpointTensor.ofFloats("x", values, 2, 3).bytes());
    assertThat(floats).hasToString("x: F32[2, 3]");
    assertThat(floats.to(DType.F16).floats()).contains(381, -384);
    assertThat(floats.to(DType.F32)).isSameAs(floats);
    assertThatThrownBy(floats::ints).hasMessageContaining("holds F32, not integers");
    assertThat(read.get("y").longs()).containsExactly(5);
  }

  @Test
  void quantizedTensorsNeedAFactorForEachRow() throws CheckpointException {
    refused("cannot be scaled", f(1, 2, 3), 3);
    refused("cannot be scaled", f(1, 2), 2, 1);
    refused("is scaled by NaN", f(1, Float.NaN), 2);
  }

  private static void refused(String reason, float[] scales, int... shape)
      throws CheckpointException {
    CheckpointTensor x = CheckpointTensor.ofBytes("x", DType.I8, new byte[6], 2, 3);
    Checkpoint stored =
        Checkpoint.of("a", List.of(x, CheckpointTensor.ofFloats("x_scale", scales, shape)));
    assertThatThrownBy(stored::dequantized)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tensor x")
        .hasMessageContaining(reason);
  }

  private static float[] f(float... values) {
    return values;
  }

  @Test
  void bf16RoundsToNearestEven() {
    float[] values = {1 + 0x1p-8f, 1 + 0x3p-8f, 1 + 0x1.2p-8f, Float.MAX_VALUE, -0f};
    assertThat(CheckpointTensor.ofFloats("a", values, 5).to(DType.BF16).floats())
        .containsExactly(1, 1 + 0x1p-6f, 1 + 0x1p-7f, Float.POSITIVE_INFINITY, -0f);
  }

  @Test
  void otherFilesAreRefusedWithAHint(@TempDir Path folder) throws java.io.IOException {
    assertThatThrownBy(() -> Checkpoint.load(folder)).hasMessageContaining("not a regular file");
    assertThatThrownBy(() -> Checkpoint.load(folder.resolve("x")))
        .hasMessageContaining("no such file");
    Path text = folder.resolve("a.txt");
    Files.writeString(text, "this is a text and no checkpoint");
    assertThatThrownBy(() -> Checkpoint.load(text)).hasMessageContaining("neither safetensors");
    byte[] tar = new byte[1024];
    System.arraycopy("ustar".getBytes(StandardCharsets.US_ASCII), 0, tar, 257, 5);
    Files.write(text, tar);
    assertThatThrownBy(() -> Checkpoint.load(text)).hasMessageContaining("tar checkpoint");
  }
}
