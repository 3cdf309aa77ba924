package dev.facet.ffi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.condition.OS.WINDOWS;

import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoStandard;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;

/** Programs, and which way to a codec is taken. The program here is the shell. */
@DisabledOnOs(WINDOWS)
class ToolTest {
  private static final List<String> PROPERTIES =
      List.of(
          Access.PROPERTY, "dev.facet.tool.sh", "dev.facet.tool.x265", "dev.facet.ffi.x265",
          "dev.facet.ffi.de265");

  @AfterEach
  void forget() {
    PROPERTIES.forEach(System::clearProperty);
  }

  private static Tool.Output sh(String script, byte[] input, long limit) throws VideoCodecException {
    return Tool.find("sh").run(List.of("-c", script), input, limit);
  }

  @Test
  void bytesGoThrough() throws Exception {
    byte[] input = new byte[3_000_000]; // more than a pipe holds
    new Random(1).nextBytes(input);
    assertThat(sh("cat", input, input.length).bytes()).isEqualTo(input);
    Tool.Output output = sh("echo to you; echo to me >&2", input, 100);
    assertThat(new String(output.bytes(), StandardCharsets.UTF_8)).isEqualTo("to you\n");
    assertThat(output.messages()).isEqualTo("to me\n");
  }

  @Test
  void failuresAreOneLine() {
    assertThatThrownBy(() -> sh("echo first >&2; echo why >&2; exit 3", new byte[9], 100))
        .isInstanceOf(VideoCodecException.class)
        .hasMessage("sh fails (3): why");
    assertThatThrownBy(() -> sh("exit 4", new byte[9], 100)).hasMessage("sh fails (4): it says nothing");
  }

  @Test
  void endlessOutputIsCutOff() {
    assertThatThrownBy(() -> sh("while :; do echo more; done", new byte[0], 1 << 20))
        .hasMessageContaining("sh ");
  }

  @Test
  void aNamedFileIsTakenOrRefused() throws Exception {
    System.setProperty("dev.facet.tool.sh", "/nonexistent");
    assertThatThrownBy(() -> Tool.find("sh"))
        .hasMessage("-Ddev.facet.tool.sh=/nonexistent is no program");
    System.setProperty("dev.facet.ffi.x265", "/nonexistent");
    System.setProperty("dev.facet.ffi.de265", "/nonexistent");
    assertThatThrownBy(() -> new HevcProvider().open())
        .isInstanceOf(VideoCodecException.class)
        .hasMessageContaining("-Ddev.facet.ffi.x265=/nonexistent is no readable file")
        .hasMessageContaining("-Ddev.facet.ffi.de265=/nonexistent is no readable file");
  }

  @Test
  void aFileThatIsNoLibraryIsRefused() {
    System.setProperty("dev.facet.ffi.x265", "pom.xml");
    assertThatThrownBy(X265::open).hasMessageContaining("cannot be loaded as a library");
  }

  @Test
  void offIsOff() {
    System.setProperty(Access.PROPERTY, "off");
    VideoCodecs codecs = VideoCodecs.of(List.of(new HevcProvider(), new VvcProvider()));
    assertThat(codecs.find(VideoStandard.HEVC).codec()).isEmpty();
    assertThat(codecs.find(VideoStandard.HEVC).status())
        .startsWith("not found: none with -Ddev.facet.video=off; to install: apt-get install");
    assertThatThrownBy(codecs::best).hasMessageContaining("no video codec is here");
    System.setProperty(Access.PROPERTY, "maybe");
    assertThatThrownBy(() -> new HevcProvider().open())
        .hasMessage("-Ddev.facet.video=maybe: give auto, ffi, tools or off");
  }
}
