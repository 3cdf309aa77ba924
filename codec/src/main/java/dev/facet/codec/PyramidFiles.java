package dev.facet.codec;

import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.Limits;
import dev.facet.nn.checkpoint.Npz;
import dev.facet.nn.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Pyramids in files: tensors p2, p3, ... of shape (C, H, W) or (1, C, H, W), any floating point type,
 * in safetensors or npz. Other tensors in the file are ignored.
 */
public final class PyramidFiles {
  /** Pyramids above this many elements in one file are refused: 8 GiB as float32. */
  private static final Limits LIMITS = Limits.DEFAULT.withMaxElements(1L << 31);

  private PyramidFiles() {}

  /** Whether the name is one that {@link #write} can write: it ends with .safetensors or .npz. */
  public static boolean isPyramidName(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return name.endsWith(".safetensors") || name.endsWith(".npz");
  }

  /**
   * Reads a pyramid: level p2 and as many of p3, p4, ... as there are without a gap. The content decides on
   * the format, not the name.
   *
   * @throws CheckpointException if the file is missing, damaged or too large, or holds no pyramid
   */
  public static FeaturePyramid read(Path file) throws CheckpointException {
    return of(Checkpoint.load(file, LIMITS));
  }

  /**
   * Writes levels under their names as float32 (C, H, W). The file appears complete or not at all.
   *
   * @param file its name ends with .safetensors or .npz
   * @throws IOException if it cannot be written, or has another name
   */
  public static void write(Path file, FeaturePyramid pyramid) throws IOException {
    if (!isPyramidName(file)) {
      throw new CheckpointException(
          file.toString(), -1, "name it .safetensors or .npz, so that it is clear what to write");
    }
    List<CheckpointTensor> tensors = new ArrayList<>();
    for (int i = 0; i < pyramid.size(); i++) {
      Tensor level = pyramid.level(i);
      tensors.add(
          CheckpointTensor.ofFloats(
              pyramid.name(i), level.toChw(), level.channels(), level.height(), level.width()));
    }
    Checkpoint checkpoint = Checkpoint.of(file.toString(), tensors);
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(".npz")) {
      Npz.write(file, checkpoint);
    } else {
      SafetensorsWriter.write(file, checkpoint);
    }
  }

  static FeaturePyramid of(Checkpoint checkpoint) throws CheckpointException {
    List<Tensor> levels = new ArrayList<>();
    String name = "p" + FeaturePyramid.FIRST_LEVEL;
    if (!checkpoint.contains(name)) {
      throw new CheckpointException(
          checkpoint.source(),
          -1,
          "is no pyramid: it has no tensor p2 (it needs p2, p3, p4, p5 of shape C, H, W)");
    }
    while (checkpoint.contains(name)) {
      levels.add(level(checkpoint.get(name), checkpoint.source()));
      name = "p" + (FeaturePyramid.FIRST_LEVEL + levels.size());
    }
    return FeaturePyramid.of(levels);
  }

  private static Tensor level(CheckpointTensor tensor, String source) throws CheckpointException {
    int[] shape = tensor.shape();
    int first = shape.length - 3;
    if (!tensor.dtype().isFloat()
        || !(first == 0 || (first == 1 && shape[0] == 1))
        || tensor.elements() == 0) {
      throw new CheckpointException(
          source,
          -1,
          String.format(
              Locale.ROOT,
              "%s is %s%s, but a level is floating point of shape (C, H, W) or (1, C, H, W)",
              tensor.name(),
              tensor.dtype(),
              Arrays.toString(shape)));
    }
    return Tensor.fromChw(shape[first], shape[first + 1], shape[first + 2], tensor.floats());
  }
}
