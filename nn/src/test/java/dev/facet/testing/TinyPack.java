package dev.facet.testing;

import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A model pack of both parts, with few channels and random weights: a codec's and {@link TinyDetector}. */
public final class TinyPack {
  /** Its classes, the first three of generated scenes. */
  public static final String CLASSES = "\"car\", \"truck\", \"bus\"";

  /** Qualities 0 and 1. */
  public static final int QUALITIES = 2;

  /** M of the codec, whose F is {@link TinyDetector#CHANNELS}. */
  public static final int LATENT = 8;

  private TinyPack() {}

  /**
   * Writes it.
   *
   * @param folder to be made; its name is the pack's
   * @param codec weights of the codec with context model
   * @param classes three names, in quotes
   */
  public static Path write(Path folder, Checkpoint codec, String classes) throws IOException {
    Files.createDirectories(folder);
    SafetensorsWriter.write(folder.resolve("codec.safetensors"), codec);
    SafetensorsWriter.write(folder.resolve("detector.safetensors"), TinyDetector.resNet10(5));
    String description =
        """
        {"format": 1, "name": "NAME", "kind": "lmsfc-gain",
         "codec": {"features": 16, "latent": 8, "context": true, "qualities": 2, "weights": ["codec.safetensors"]},
         "detector": {
           "input": {"channels": "rgb", "scale": "0..1", "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25],
                     "short_side": 64, "long_side": 128, "pad": 32},
           "anchors": {"sizes": [8, 16, 32, 64, 128], "ratios": [0.5, 1.0, 2.0]},
           "classes": [CLASSES], "weights": ["detector.safetensors"]}}
        """;
    Files.writeString(
        folder.resolve("model.json"),
        description
            .replace("NAME", String.valueOf(folder.getFileName()))
            .replace("CLASSES", classes));
    return folder;
  }
}
