package dev.facet.testing;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointException;
import dev.facet.nn.checkpoint.CheckpointTensor;
import dev.facet.nn.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Classification networks with few channels and random weights, under torchvision's names, and packs of them. */
public final class TinyClassifier {
  /** Side of the images. */
  public static final int SIDE = 64;

  private static final int[] VGG_CONVOLUTIONS = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};

  private final SplittableRandom random;
  private final List<CheckpointTensor> tensors = new ArrayList<>();

  private TinyClassifier(long seed) {
    random = new SplittableRandom(seed);
  }

  /** VGG16 with 4 channels and a first fully connected layer that sees 2 x 2 pixels. */
  public static Checkpoint vgg16(long seed, int classes) throws CheckpointException {
    TinyClassifier made = new TinyClassifier(seed);
    for (int at : VGG_CONVOLUTIONS) {
      made.weighted("features." + at, 4, at == 0 ? 3 : 4, 3, 3);
    }
    made.weighted("classifier.0", 8, 4 * 2 * 2);
    made.weighted("classifier.3", 8, 8);
    made.weighted("classifier.6", classes, 8);
    return Checkpoint.of("tiny", made.tensors);
  }

  /** ResNet-10 with 4 to 8 channels. */
  public static Checkpoint resNet10(long seed, int classes) throws CheckpointException {
    TinyClassifier made = new TinyClassifier(seed);
    made.normalised("conv1", "bn1", 4, 3, 7);
    int in = 4;
    for (int stage = 1; stage <= 4; stage++) {
      int out = stage == 1 ? 4 : 8;
      String block = "layer" + stage + ".0";
      made.normalised(block + ".conv1", block + ".bn1", out, in, 3);
      made.normalised(block + ".conv2", block + ".bn2", out, out, 3);
      if (stage > 1) {
        made.normalised(block + ".downsample.0", block + ".downsample.1", out, in, 1);
      }
      in = out;
    }
    made.weighted("fc", classes, in);
    return Checkpoint.of("tiny", made.tensors);
  }

  /**
   * Writes a pack.
   *
   * @param folder to be made; its name is the pack's
   * @param arch vgg16 or resnet
   * @param classes names in quotes
   */
  public static Path write(Path folder, String arch, Checkpoint weights, String classes)
      throws IOException {
    Files.createDirectories(folder);
    SafetensorsWriter.write(folder.resolve("classifier.safetensors"), weights);
    String description =
        """
        {"format": 1, "name": "NAME", "kind": "classifier",
         "classifier": {"arch": "ARCH", "input": {"side": 64, "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]},
           "classes": [CLASSES], "weights": ["classifier.safetensors"]}}
        """;
    Files.writeString(
        folder.resolve("model.json"),
        description
            .replace("NAME", String.valueOf(folder.getFileName()))
            .replace("ARCH", arch)
            .replace("CLASSES", classes));
    return folder;
  }

  private void normalised(String conv, String norm, int out, int in, int kernel) {
    add(conv + ".weight", 2f / (float) Math.sqrt(in * kernel * kernel), 0, out, in, kernel, kernel);
    add(norm + ".weight", 0.2f, 1, out);
    add(norm + ".bias", 0.1f, 0, out);
    add(norm + ".running_mean", 0.1f, 0, out);
    add(norm + ".running_var", 0.3f, 1, out);
  }

  private void weighted(String name, int... shape) {
    int fanIn = 1;
    for (int d = 1; d < shape.length; d++) {
      fanIn *= shape[d];
    }
    add(name + ".weight", 2.4f / (float) Math.sqrt(fanIn), 0, shape);
    add(name + ".bias", 0.1f, 0, shape[0]);
  }

  private void add(String name, float spread, float centre, int... shape) {
    int count = 1;
    for (int side : shape) {
      count *= side;
    }
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = centre + spread * (2 * (float) random.nextDouble() - 1);
    }
    tensors.add(CheckpointTensor.ofFloats(name, values, shape));
  }
}
