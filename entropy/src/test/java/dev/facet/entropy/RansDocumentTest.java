package dev.facet.entropy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The payload that docs/stream.md shows, which docs/independent/facet.py made, is read and written as it says. */
final class RansDocumentTest {
  @Test
  void exampleIsReadAndWritten() throws Exception {
    Matcher example =
        Pattern.compile(
                "one row `([\\d ]+)`, offset −1.*?`([−\\d ]+)` are\\s+```rans\\s+(.*?)\\s+```",
                Pattern.DOTALL)
            .matcher(document());
    assertThat(example.find()).isTrue();
    CdfTable table = CdfTable.of(new int[][] {numbers(example.group(1))}, new int[] {-1});
    int[] symbols = numbers(example.group(2));
    byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(example.group(3));

    int[] decoded = new int[symbols.length];
    RansDecoder in = new RansDecoder(bytes, 0, bytes.length, RansLayout.COMPACT);
    in.decode(decoded, 0, decoded.length, 0, table);
    in.finish();
    assertThat(decoded).isEqualTo(symbols);

    RansEncoder out = new RansEncoder();
    out.encode(symbols, 0, symbols.length, 0, table);
    assertThat(out.finish(RansLayout.COMPACT)).isEqualTo(bytes);
  }

  private static int[] numbers(String text) {
    return Stream.of(text.replace('−', '-').split(" ")).mapToInt(Integer::parseInt).toArray();
  }

  private static String document() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("docs/stream.md"))) {
      folder = folder.getParent();
    }
    return Files.readString(folder.resolve("docs/stream.md"));
  }
}
