package dev.facet.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.DType;
import dev.facet.nn.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PyramidFilesTest {
  @TempDir private Path folder;

  @Test
  void bothFormatsComeBack() throws IOException {
    FeaturePyramid pyramid = RawCodec.pyramid(13, 9, 3, 1);
    for (String name : List.of("a.safetensors", "a.npz")) {
      Path file = folder.resolve(name);
      PyramidFiles.write(file, pyramid);
      assertThat(PyramidFiles.read(file).sameBits(pyramid)).isTrue();
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).as("nothing temporary stays").hasSize(2);
    }
  }

  @Test
  void batchDimensionAndHalfPrecisionAreRead() throws IOException {
    CheckpointTensor p2 =
        CheckpointTensor.ofFloats("p2", new float[] {1, 2, 3, 4, 5, 6}, 1, 2, 1, 3).to(DType.F16);
    CheckpointTensor p3 = CheckpointTensor.ofFloats("p3", new float[] {7, 8}, 2, 1, 1);
    CheckpointTensor other = CheckpointTensor.ofInts("image", new int[] {1}, 1);
    Path file = folder.resolve("in.safetensors");
    SafetensorsWriter.write(file, Checkpoint.of("in", List.of(p2, p3, other)));
    FeaturePyramid pyramid = PyramidFiles.read(file);
    assertThat(pyramid.size()).isEqualTo(2);
    assertThat(pyramid.level(0).sameBits(Tensor.of(1, 3, 2, new float[] {1, 4, 2, 5, 3, 6})))
        .isTrue();
  }

  @Test
  void errorsAreOneLine() throws IOException {
    Path file = folder.resolve("in.safetensors");
    assertThatThrownBy(() -> PyramidFiles.read(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(file.toString());
    SafetensorsWriter.write(
        file, Checkpoint.of("in", List.of(CheckpointTensor.ofInts("x", new int[] {1}, 1))));
    assertThatThrownBy(() -> PyramidFiles.read(file))
        .hasMessageContaining("is no pyramid: it has no tensor p2");
    SafetensorsWriter.write(
        file,
        Checkpoint.of("in", List.of(CheckpointTensor.ofFloats("p2", new float[8], 2, 2, 2, 1))));
    assertThatThrownBy(() -> PyramidFiles.read(file))
        .hasMessageContaining("p2 is F32[2, 2, 2, 1], but a level is floating point of shape");
    assertThatThrownBy(
            () -> PyramidFiles.write(folder.resolve("x.bin"), RawCodec.pyramid(4, 4, 1, 1)))
        .hasMessageContaining("name it .safetensors or .npz");
  }
}
