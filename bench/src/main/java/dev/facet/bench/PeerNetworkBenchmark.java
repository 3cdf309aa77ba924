package dev.facet.bench;

import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.lmsfc.LmsfcPart;
import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.layers.AttentionBlock;
import dev.facet.nn.layers.GdnLayer;
import dev.facet.nn.layers.Layer;
import dev.facet.nn.layers.Weights;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.testing.FormulaFill;
import dev.facet.vision.detection.DetectorConfig;
import dev.facet.vision.detection.DetectorDescription;
import dev.facet.vision.detection.DetectorPart;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Param;

/**
 * Whole networks: g_a and g_s of L-MSFC at full size (F = 256, M = 128, formula weights of the golden vectors, {@code -Dfacet.golden}) and
 * of the shipped packs, a backbone, and single layers. Sizes are those of p2, for the backbone of the picture, for layers of x.
 */
public class PeerNetworkBenchmark extends PeerBenchmark {

  /** weights, part, size. */
  @Param({
    "ar128 g_a 200x304",
    "ar128 g_s 200x304",
    "aquarium g_a 104x80",
    "aquarium g_s 104x80",
    "aquarium backbone 416x320",
    "scenes g_a 40x48",
    "scenes g_s 40x48",
    "scenes attention 64x64",
    "scenes gdn 64x64"
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
    if (words[1].equals("attention") || words[1].equals("gdn")) {
      return layer(weights(words[0]), words[1], size);
    }
    LmsfcPart part = LmsfcPart.valueOf(words[1].toUpperCase(Locale.ROOT));
    Checkpoint weights = weights(words[0]);
    return backend -> part.on(new Weights(backend, weights), size);
  }

  /** One layer of g_s or g_a on x of its own channels. */
  private static Network.Builder layer(Checkpoint weights, String kind, LevelShape size) {
    return backend -> {
      Weights w = new Weights(backend, weights);
      Layer layer =
          kind.equals("gdn")
              ? GdnLayer.gdn(w.at("g_a.p2Encoder.0.gdn"))
              : new AttentionBlock(w.at("g_s.decoder_attention"));
      return new Network(
          kind,
          List.of(new Port("x", size.height(), size.width(), layer.inChannels())),
          List.of("y"),
          x -> List.of(layer.apply(x.getFirst())));
    };
  }

  static Checkpoint weights(String name) throws IOException {
    if (name.matches("(no)?ar\\d+")) {
      return FormulaFill.checkpoint("a/" + name + "/recipe.json");
    }
    return ModelPacks.standard().find(name).weights();
  }
}
