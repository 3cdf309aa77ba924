package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.ModelPack;
import dev.facet.codec.stream.FeatureDigestSize;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamIdentity;
import dev.facet.codec.stream.StreamWriter;
import dev.facet.nn.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LightStartTest {
  private static final Path SHIPPED = Path.of("..", "models", "scenes");

  @TempDir private Path folder;

  @BeforeEach
  void startLight() {
    System.setProperty(LightStart.PROPERTY, "true");
  }

  @AfterEach
  void forget() {
    System.clearProperty(LightStart.PROPERTY);
  }

  private static byte[] stream(int height, int width) throws IOException {
    ModelPack pack = ModelPack.load(SHIPPED);
    return StreamWriter.single(
        new StreamIdentity(pack.kind(), Backend.NUMERIC_PROFILE, new byte[32]),
        FeatureDigestSize.NONE,
        new StreamFrame(0, LevelShape.halves(new LevelShape(height, width), 4), new byte[8]));
  }

  @Test
  void onlyMuchWorkIsLeftToAFullStart() throws IOException {
    ModelPack pack = ModelPack.load(SHIPPED);
    assertThat(LightStart.tooMuch(pack, stream(40, 48), true)).isFalse();
    assertThat(LightStart.tooMuch(pack, stream(200, 304), true)).isTrue();
    assertThat(LightStart.tooMuch(pack, new byte[3], true)).isFalse();
    System.clearProperty(LightStart.PROPERTY);
    assertThat(LightStart.tooMuch(pack, stream(200, 304), true)).isFalse();
  }

  @Test
  void decodeEndsBeforeItDidAnything() throws IOException {
    Path large = Files.write(folder.resolve("large.fcm"), stream(200, 304));
    Path output = folder.resolve("out.safetensors");
    Ran ran =
        Ran.run(
            "decode",
            large.toString(),
            "--model",
            SHIPPED.toString(),
            "-o",
            output.toString(),
            "--json");
    assertThat(ran).isEqualTo(new Ran(LightStart.START_FULLY, "", ""));
    assertThat(output).doesNotExist();
  }
}
