package dev.facet.codec;

import dev.facet.codec.stream.CodecId;
import dev.facet.nn.checkpoint.Checkpoint;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tiny packs for {@link RawCodec}. */
final class Packs {
  private Packs() {}

  static ModelDescription description(int features, int qualities) {
    return new ModelDescription(
        "test",
        CodecId.LMSFC_GAIN,
        new CodecConfig(features, 2, true, qualities, CodecConfig.DEFAULT_TABLES),
        List.of("codec.safetensors"),
        Map.of(),
        "Apache-2.0",
        Map.of("seed", 1L),
        Optional.empty());
  }

  static Checkpoint weights() throws IOException {
    return Checkpoint.of(
        "test",
        List.of(
            CheckpointTensor.ofFloats("a.weight", new float[] {0.5f, -2}, 1, 2),
            CheckpointTensor.ofFloats("b.bias", new float[] {1}, 1)));
  }

  static ModelPack write(Path path, int features, int qualities) throws IOException {
    ModelPack.write(path, description(features, qualities), weights());
    return ModelPack.load(path);
  }
}
