package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "twice      | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'a':{'dtype':'U8',"
            + "'shape':[0],'data_offsets':[8,8]}} | appears twice",
        "overlap    | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8]},'b':{'dtype':'U8',"
            + "'shape':[4],'data_offsets':[4,8]}} | one before ends at",
        "hole       | {'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'U8',"
            + "'shape':[4],'data_offsets':[4,8]}} | one before ends at",
        "rest       | {'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}} | follow the header",
        "beyond     | {'a':{'dtype':'U8','shape':[9],'data_offsets':[0,9]}} | follow the header",
        "huge       | {'a':{'dtype':'F64','shape':[2147483647,2147483647,2147483647],"
            + "'data_offsets':[0,8]}} | does not fill",
        "overflow   | {'a':{'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,8]}}"
            + " | has the size",
        "zero x huge| {'a':{'dtype':'U8','shape':[0,2147483647,2147483647],'data_offsets':[0,0]}}"
            + " | does not fill",
        "negative   | {'a':{'dtype':'U8','shape':[-8],'data_offsets':[0,8]}} | has the size",
        "backwards  | {'a':{'dtype':'U8','shape':[8],'data_offsets':[8,0]}} | data_offsets",
        "long       | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,9223372036854775807]}}"
            + " | does not fill",
        "fraction   | {'a':{'dtype':'U8','shape':[8.0],'data_offsets':[0,8]}} | has the size",
        "type       | {'a':{'dtype':'F8_E4M3','shape':[8],'data_offsets':[0,8]}} | not supported",
        "mismatch   | {'a':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | does not fill",
        "missing    | {'a':{'dtype':'U8','shape':[8]}} | needs dtype",
        "extra      | {'a':{'dtype':'U8','shape':[8],'data_offsets':[0,8],'x':1}} | no more",
        "null       | {'a':null} | needs dtype",
        "metadata   | {'__metadata__':{'a':1}} | strings alone",
        "deep       | {'a':[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
            + " | nested deeper"
      })
  void refusesBadHeaders(String what, String header, String message) {
    byte[] file = Samples.safetensors(header.replace('\'', '"'), new byte[8]);
    assertThatThrownBy(() -> Samples.readAll(file))
        .as(what)
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  @Test
  void headerLengthIsCheckedBeforeItIsRead() {
    byte[] file = Samples.safetensors();
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(0, 0x7FFF_FFFF);
    assertThatThrownBy(() -> Samples.readAll(file)).hasMessageContaining("does not fit the file");
    Limits small = new Limits(1 << 20, 50, 10, 100, 8, true);
    assertThatThrownBy(() -> Checkpoint.read("x", Samples.safetensors(), small))
        .hasMessageContaining("over the limit of 50");
    assertThatThrownBy(
            () -> Checkpoint.read("x", Samples.safetensors(), Limits.DEFAULT.withMaxElements(5)))
        .hasMessageContaining("over the limit of 5");
    assertThatThrownBy(
            () -> Checkpoint.read("x", Samples.safetensors(), Limits.DEFAULT.withMaxTensors(0)))
        .hasMessageContaining("over the limit of 0");
    assertThatThrownBy(
            () -> Checkpoint.read("x", Samples.safetensors(), Limits.DEFAULT.withMaxFileBytes(20)))
        .hasMessageContaining("over the limit of 20");
  }

  @Test
  void writerIsDeterministicAndRoundTrips(@TempDir Path folder) throws IOException {
    List<CheckpointTensor> tensors =
        List.of(
            CheckpointTensor.ofBytes("u8", DType.U8, new byte[] {1, 2, -1}, 3),
            CheckpointTensor.ofInts("i32", new int[] {1, -2}, 2),
            CheckpointTensor.ofFloats("z \u00e9\"", new float[] {Float.NaN, -0f}, 1, 2),
            CheckpointTensor.ofFloats("f16", new float[] {1.5f, 65504}, 2).to(DType.F16),
            CheckpointTensor.ofFloats("bf16", new float[] {1.5f, Float.NaN}, 2).to(DType.BF16),
            CheckpointTensor.ofDoubles("f64", new double[] {Math.PI}),
            CheckpointTensor.ofLongs("i64", new long[] {Long.MIN_VALUE}, 1),
            CheckpointTensor.ofFloats("empty", new float[0], 0, 7));
    Checkpoint one = Checkpoint.of("a", tensors, Map.of("k", "v", "a", "b"));
    Checkpoint two = Checkpoint.of("b", tensors.reversed(), Map.of("a", "b", "k", "v"));
    Path file = folder.resolve("a.safetensors");
    Files.writeString(file, "an older file");
    SafetensorsWriter.write(file, one);
    ByteArrayOutputStream other = new ByteArrayOutputStream();
    SafetensorsWriter.write(other, two);
    assertThat(Files.readAllBytes(file)).isEqualTo(other.toByteArray());
    long header = ByteBuffer.wrap(other.toByteArray()).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(header % 8).isZero();
    Checkpoint back = Checkpoint.load(file);
    assertThat(back.metadata()).isEqualTo(one.metadata());
    for (CheckpointTensor tensor : tensors) {
      assertThat(back.get(tensor.name())).hasToString(tensor.toString());
      assertThat(back.get(tensor.name()).bytes()).isEqualTo(tensor.bytes());
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFailedWriteLeavesTheOldFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("a.npz");
    Files.writeString(file, "an older file");
    CheckpointTensor bf16 = CheckpointTensor.ofFloats("a", new float[1], 1).to(DType.BF16);
    Checkpoint checkpoint = Checkpoint.of("a", Collections.singleton(bf16));
    assertThatThrownBy(() -> Npz.write(file, checkpoint))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(Files.readString(file)).isEqualTo("an older file");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aMappedFileHasTheSameTensors(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("a.safetensors"), Samples.safetensors());
    Checkpoint read = Checkpoint.load(file);
    Checkpoint mapped = Checkpoint.map(file);
    assertThat(mapped.names()).isEqualTo(read.names());
    for (CheckpointTensor tensor : mapped.tensors()) {
      assertThat(tensor.bytes()).isEqualTo(read.get(tensor.name()).bytes());
      if (tensor.dtype().isFloat()) {
        List<Float> pieces = new ArrayList<>();
        tensor.forEachFloats((values, n) -> {
          for (int i = 0; i < n; i++) {
            pieces.add(values[i]);
          }
        });
        assertThat(pieces).containsExactlyElementsOf(boxed(tensor.floats()));
      }
    }
  }

  @Test
  void anUnloadedFileIsReadAgain(@TempDir Path folder) throws IOException {
    Path file = Files.write(folder.resolve("a.safetensors"), Samples.safetensors());
    Checkpoint read = Checkpoint.load(file);
    Checkpoint mapped = Checkpoint.map(file);
    mapped.unload();
    read.unload(); // in memory: nothing to give back
    for (CheckpointTensor tensor : mapped.tensors()) {
      assertThat(tensor.bytes()).isEqualTo(read.get(tensor.name()).bytes());
    }
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  @Test
  void aMappedFileThatIsCutShortIsRefused(@TempDir Path folder) throws IOException {
    byte[] whole = Samples.safetensors();
    for (int n = 0; n < whole.length; n++) {
      Path file = Files.write(folder.resolve(n + ".safetensors"), Arrays.copyOf(whole, n));
      assertThatThrownBy(() -> Checkpoint.map(file)).isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void piecesOfHalvesAreTheWhole() {
    float[] values = new float[10_001]; // more than one piece, the last one short
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 8f;
    }
    CheckpointTensor halves = CheckpointTensor.ofFloats("a", values, 73, 137).to(DType.F16);
    List<Float> pieces = new ArrayList<>();
    halves.forEachFloats((piece, n) -> {
      for (int i = 0; i < n; i++) {
        pieces.add(piece[i]);
      }
    });
    assertThat(pieces).containsExactlyElementsOf(boxed(halves.floats()));
  }
}
