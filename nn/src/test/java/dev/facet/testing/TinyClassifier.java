package dev.facet.testing;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Classification networks with few channels and random weights, under torchvision's names, and packs of them. */
public final class TinyClassifier {
  /** Side of the images. */
  public static final int SIDE = 64;

  private static final int[] VGG_CONVOLUTIONS = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};

  private static final float GAIN = 2.4f;

  private TinyClassifier() {}

  /** VGG16 with 4 channels and a first fully connected layer that sees 2 x 2 pixels. */
  public static Checkpoint vgg16(long seed, int classes) {
    RandomLayers made = new RandomLayers(seed, GAIN);
    for (int at : VGG_CONVOLUTIONS) {
      made.weighted("features." + at, 4, at == 0 ? 3 : 4, 3, 3);
    }
    made.weighted("classifier.0", 8, 4 * 2 * 2);
    made.weighted("classifier.3", 8, 8);
    made.weighted("classifier.6", classes, 8);
    return made.checkpoint();
  }

  /** ResNet-10 with 4 to 8 channels. */
  public static Checkpoint resNet10(long seed, int classes) {
    RandomLayers made = new RandomLayers(seed, GAIN);
    made.normalised("conv1", "bn1", 4, 3, 7);
    int in = 4;
    for (int stage = 1; stage <= 4; stage++) {
      int out = stage == 1 ? 4 : 8;
      made.basicBlock("layer" + stage + ".0", out, in, stage > 1);
      in = out;
    }
    made.weighted("fc", classes, in);
    return made.checkpoint();
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
}
