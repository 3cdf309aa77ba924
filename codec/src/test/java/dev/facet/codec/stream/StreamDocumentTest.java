package dev.facet.codec.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The bytes that docs/stream.md shows are the bytes that are written and read. */
class StreamDocumentTest {
  private static final List<StreamFrame> FRAMES =
      List.of(
          new StreamFrame(80, Streams.halves(25, 38), new byte[] {1, 2, 3}),
          new StreamFrame(80, Streams.halves(25, 38), new byte[] {4, 5}));

  @Test
  void exampleIsWhatIsWritten() throws IOException {
    byte[] written = Streams.sequence(FRAMES, FeatureDigestSize.NONE, true);
    assertThat(HexFormat.ofDelimiter(" ").formatHex(written)).isEqualTo(example());
  }

  @Test
  void exampleIsRead() throws IOException {
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(example());
    StreamFile file = StreamFile.open(bytes, Streams.IDENTITY, Streams.LIMITS);
    file.requireIntact();
    assertThat(file.frame(0)).isEqualTo(FRAMES.get(0));
    assertThat(file.frame(1)).isEqualTo(FRAMES.get(1));
  }

  /** The table under the example repeats its bytes, field by field. */
  @Test
  void tableAddsUpToTheExample() throws IOException {
    StringBuilder bytes = new StringBuilder();
    int offset = 0;
    String text = document();
    for (String line : text.substring(text.indexOf("```hex")).lines().toList()) {
      String[] cells = line.split("\\|", -1);
      if (cells.length == 5 && cells[1].strip().matches("\\d+")) {
        assertThat(Integer.parseInt(cells[1].strip())).isEqualTo(offset);
        String hex = cells[2].strip().replace("`", "");
        bytes.append(bytes.isEmpty() ? "" : " ").append(hex);
        offset += hex.split(" ", -1).length;
      }
    }
    assertThat(bytes.toString()).isEqualTo(example());
  }

  private static String example() throws IOException {
    String text = document();
    int start = text.indexOf("```hex\n") + "```hex\n".length();
    return text.substring(start, text.indexOf("```", start)).strip().replace('\n', ' ');
  }

  private static String document() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/stream.md"))) {
      folder = folder.getParent();
    }
    return Files.readString(folder.resolve("docs/stream.md"));
  }
}
