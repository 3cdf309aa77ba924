package dev.facet.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.PyramidFiles;
import dev.facet.nn.Tensor;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A JVM of its own that denies native access and finds no program: codecs without a model work, with the native module or without. */
final class LockedDownTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anchorWithTheEmbeddedVideoCodec(boolean nativeModule) throws Exception {
    Random random = new Random(1);
    List<Tensor> levels = new ArrayList<>();
    for (int k = 0; k < 4; k++) {
      Tensor level = Tensor.zeros(16 >> k, 24 >> k, 8);
      for (int i = 0; i < level.data().length; i++) {
        level.data()[i] = random.nextFloat();
      }
      levels.add(level);
    }
    PyramidFiles.write(folder.resolve("a.safetensors"), FeaturePyramid.of(levels));

    assertThat(facet(nativeModule, "version"))
        .containsPattern("jpeg2000 .*JJ2000")
        .containsPattern("hevc +not found")
        .containsPattern("hevc .*" + (nativeModule ? "apt-get install" : "no module"));
    facet(
        nativeModule, "encode", "a.safetensors", "-o", "a.fcm", "--codec", "anchor", "--qp", "22");
    assertThat(facet(nativeModule, "inspect", "a.fcm")).contains("jpeg2000");
    facet(nativeModule, "decode", "a.fcm", "-o", "b.safetensors");
    FeaturePyramid back = PyramidFiles.read(folder.resolve("b.safetensors"));
    float error = Math.abs(back.level(0).data()[0] - levels.get(0).data()[0]);
    assertThat(error).isLessThan(0.2f);
  }

  private String facet(boolean nativeModule, String... args)
      throws IOException, InterruptedException {
    // the test's class path has jars that only automatic modules need
    String all =
        System.getProperty("jdk.module.path")
            + File.pathSeparator
            + System.getProperty("java.class.path");
    String modules =
        Arrays.stream(all.split(File.pathSeparator))
            .filter(part -> !part.contains("test-classes"))
            .filter(part -> nativeModule || !part.contains("native"))
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--illegal-native-access=deny");
    command.addAll(List.of("-p", modules, "-m", "dev.facet.cli/dev.facet.cli.Main"));
    command.addAll(List.of(args));
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("PATH", "");
    builder.environment().keySet().removeIf(name -> name.contains("JAVA_OPTIONS"));
    int code = builder.start().waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(code).as(text).isZero();
    return text;
  }
}
