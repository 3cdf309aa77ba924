package dev.facet.eval.experiment;

import dev.facet.codec.ModelPack;
import dev.facet.eval.dataset.Category;
import dev.facet.nn.Backend;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.layers.Weights;
import dev.facet.vision.classification.Classifier;
import dev.facet.vision.classification.ClassifierDescription;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A pack's classification network and the labels that it is asked for. Thread-safe.
 *
 * @param name of the pack
 * @param arch of the network, for people
 * @param network the network
 * @param categories for each of its classes the index of the category of this name, or -1
 * @param digest of everything that its answers depend on
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
record PackClassifier(
    String name, String arch, Classifier network, int[] categories, String digest) {
  /**
   * Opens the packs whose networks know a class of the labels.
   *
   * @param backend stays open as long as they are used
   * @throws IOException if a file is damaged
   */
  static List<PackClassifier> open(
      List<ModelPack> packs, List<Category> categories, Backend backend) throws IOException {
    List<PackClassifier> opened = new ArrayList<>();
    for (ModelPack pack : packs) {
      String source = pack.path().toString();
      ClassifierDescription description =
          ClassifierDescription.parse(source, pack.description().classifier());
      int[] indexes = ClassNames.match(description.classes(), categories);
      if (Arrays.stream(indexes).anyMatch(index -> index >= 0)) {
        Checkpoint weights = pack.classifierWeights();
        opened.add(
            new PackClassifier(
                pack.name(),
                description.kind().label(),
                description.network(new Weights(backend, weights)),
                indexes,
                CheckpointDigest.of(pack.description().classifier().toString(), weights)));
      }
    }
    return opened;
  }

  /** Whether an answer is the label. */
  boolean right(Classifier.Answer answer, int category) {
    return categories[answer.label()] == category;
  }

  /** Whether the network knows this category. */
  boolean knows(int category) {
    return Arrays.stream(categories).anyMatch(index -> index == category);
  }
}
