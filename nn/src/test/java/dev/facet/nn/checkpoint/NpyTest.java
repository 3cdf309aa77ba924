package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpyTest {
  private static byte[] npy(int version, String header, byte[] data) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer length =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, text.length);
    out.write(length.array(), 0, version == 1 ? 2 : 4);
    out.writeBytes(text);
    out.writeBytes(data);
    return out.toByteArray();
  }

  private static CheckpointTensor read(byte[] file) throws CheckpointException {
    return Npy.read("a", file, Limits.DEFAULT);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void fortranOrderAndByteOrderAreUndone(int version) throws CheckpointException {
    byte[] data = Pickles.floats(ByteOrder.BIG_ENDIAN, 1, 4, 2, 5, 3, 6);
    String header = "{'descr': '>f4', 'fortran_order': True, 'shape': (2, 3), }";
    CheckpointTensor tensor = read(npy(version, header, data));
    assertThat(tensor.shape()).containsExactly(2, 3);
    assertThat(tensor.floats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tensor.bytes()).isEqualTo(Pickles.floats(ByteOrder.LITTLE_ENDIAN, Samples.VALUES));
  }

  @Test
  void scalarsVectorsAndEmptyArraysAreRead() throws CheckpointException {
    String header = "{\"shape\":(),'fortran_order':False,'descr':'|i1'}";
    assertThat(read(npy(1, header, new byte[] {-3})).longs()).containsExactly(-3);
    header = "{'descr': '<u2', 'fortran_order': False, 'shape': (2L,)}";
    assertThat(read(npy(1, header, new byte[] {1, 0, -1, -1})).ints()).containsExactly(1, 65535);
    header = "{'descr': '<f8', 'fortran_order': True, 'shape': (0, 3)}";
    assertThat(read(npy(1, header, new byte[0])).floats()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2)",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'x': 1}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2147483647, 2147483647, 2147483647)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} x",
        "{'descr': '<f4', 'fortran_order': False, 'shape': __import__('os')}"
      })
  void badHeadersAreRefused(String header) {
    byte[] file = npy(1, header, new byte[8]);
    assertThatThrownBy(() -> read(file)).isInstanceOf(CheckpointException.class);
  }

  @Test
  void hugeHeaderLengthIsRefused() {
    byte[] file = npy(2, "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", new byte[8]);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(8, -1);
    assertThatThrownBy(() -> read(file)).hasMessageContaining("header of 4294967295 bytes");
  }

  @Test
  void writerRoundTripsAndIsAligned(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("pyramid.p2.npy");
    CheckpointTensor tensor = CheckpointTensor.ofFloats("x", Samples.VALUES, 3, 1, 2).to(DType.F16);
    Npy.write(file, tensor);
    CheckpointTensor back = Npy.read(file);
    assertThat(back).hasToString("pyramid.p2: F16[3, 1, 2]");
    assertThat(back.bytes()).isEqualTo(tensor.bytes());
    assertThat((java.nio.file.Files.size(file) - 12) % 64).isZero();
    assertThat(Checkpoint.load(file).names()).containsExactly("array");
  }

  @Test
  void zipsOfOtherThingsAreRefused() {
    byte[] zip = Pickles.zip(Map.of("a.txt", new byte[3]), ZipEntry.STORED);
    assertThatThrownBy(() -> Samples.readAll(zip)).hasMessageContaining("neither of PyTorch");
  }
}
