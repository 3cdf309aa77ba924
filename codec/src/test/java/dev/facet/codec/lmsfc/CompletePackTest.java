package dev.facet.codec.lmsfc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelConversion;
import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPackException;
import dev.facet.codec.Quality;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack without tables and digest, as training leaves it, and what {@code facet convert} makes of it. */
final class CompletePackTest {
  private static final SmallModel MODEL = new SmallModel(5, 16, 16, true, 2);

  @Test
  void hasTablesAndDigestAndCodesTheSameBytes(@TempDir Path folder) throws Exception {
    Path bare = folder.resolve("bare");
    Path complete = folder.resolve("complete");
    ModelPack memory = SmallModel.pack(MODEL.kind(), MODEL.config(), MODEL.weights());
    ModelPack.write(bare, memory.description(), memory.weights());
    Files.writeString(bare.resolve("notes.txt"), "kept");
    try (Backend backend = Backends.open()) {
      ModelConversion.complete(ModelPack.load(bare), complete, backend);
      ModelPack made = ModelPack.load(complete);
      assertThat(made.statedDigest()).isPresent();
      assertThat(made.weights().names()).contains("gaussian_conditional._quantized_cdf");
      assertThat(complete.resolve("notes.txt")).hasContent("kept");
      FeaturePyramid pyramid = MODEL.pyramid(9, 33, 47);
      try (FeatureCodec before = FeatureCodecs.open(ModelPack.load(bare), backend);
          FeatureCodec after = FeatureCodecs.open(made, backend)) {
        assertThat(after.encode(pyramid, Quality.of(1)))
            .isEqualTo(before.encode(pyramid, Quality.of(1)));
      }
      assertThatThrownBy(() -> ModelConversion.complete(ModelPack.load(bare), complete, backend))
          .isInstanceOf(ModelPackException.class)
          .hasMessageContaining("exists already");
    }
  }
}
