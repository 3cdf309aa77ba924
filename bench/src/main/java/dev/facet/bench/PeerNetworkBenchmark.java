package dev.facet.bench;

import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.lmsfc.LmsfcPart;
import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.layers.Weights;
import dev.facet.nn.onnx.Network;
import dev.facet.testing.FormulaFill;
import dev.facet.vision.detection.DetectorConfig;
import dev.facet.vision.detection.DetectorDescription;
import dev.facet.vision.detection.DetectorPart;
import java.io.IOException;
import java.util.Locale;
import org.openjdk.jmh.annotations.Param;

/**
 * Whole networks: g_a and g_s of L-MSFC at full size (F = 256, M = 128, formula weights of the golden vectors, {@code -Dfacet.golden}) and
 * of the shipped pack, and the pack's backbone. Sizes are those of p2, for the backbone of the picture.
 */
public class PeerNetworkBenchmark extends PeerBenchmark {

  /** weights, part, size. */
  @Param({
    "ar128 g_a 200x304",
    "ar128 g_s 200x304",
    "aquarium g_a 104x80",
    "aquarium g_s 104x80",
    "aquarium backbone 416x320"
  })
  public String network = "";

  @Override
  Network.Builder network() throws IOException {
    return network(network);
  }

  static Network.Builder network(String name) throws IOException {
    String[] words = name.split("[ x]", -1);
    LevelShape size = new LevelShape(Integer.parseInt(words[2]), Integer.parseInt(words[3]));
    if (words[1].equals("backbone")) {
      ModelPack pack = ModelPacks.standard().find(words[0]);
      Checkpoint weights = pack.detectorWeights();
      DetectorConfig config =
          DetectorDescription.parse(pack.path().toString(), pack.description().detector()).config();
      return backend ->
          DetectorPart.backbone(new Weights(backend, weights), config, size.height(), size.width());
    }
    LmsfcPart part = LmsfcPart.valueOf(words[1].toUpperCase(Locale.ROOT));
    Checkpoint weights = weights(words[0]);
    return backend -> part.on(new Weights(backend, weights), size);
  }

  private static Checkpoint weights(String name) throws IOException {
    if (name.equals("ar128")) {
      return FormulaFill.checkpoint("a/" + name + "/recipe.json");
    }
    return ModelPacks.standard().find(name).weights();
  }
}
