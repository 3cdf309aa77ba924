package dev.facet.cli;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureCodec;
import dev.facet.codec.FeatureCodecs;
import dev.facet.codec.ModelPack;
import dev.facet.codec.Quality;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamHeader;
import dev.facet.codec.stream.StreamLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "inspect",
    description = "Shows what a stream holds, and checks every byte of it.",
    footer = {
      "",
      "Example: facet inspect frame.fcm --json",
      "Bits by part and checks need the model; without it the structure alone is shown."
    })
final class InspectCommand extends Operation {
  @Parameters(paramLabel = "IN.fcm", description = "The stream.")
  private Path input = Path.of("");

  @Mixin private ModelOption model = new ModelOption();
  @Mixin private JsonOption json = new JsonOption();

  /** A frame, or why it cannot be shown. */
  @SuppressWarnings("ArrayRecordComponent") // shown at once
  private record Shown(
      int index,
      @Nullable StreamFrame frame,
      int @Nullable [] channels,
      Map<String, Double> bits,
      @Nullable String problem) {}

  @Override
  public Integer call() throws Exception {
    byte[] bytes = Files.readAllBytes(input);
    try {
      StreamHeader header = StreamFile.readHeader(bytes, StreamLimits.DEFAULT);
      if (!header.codec().hasModel()) {
        try (FeatureCodec codec = FeatureCodecs.open(header.codec(), CodecOptions.standard())) {
          StreamFile file = codec.open(bytes);
          return report(file, null, show(file, codec), "");
        }
      }
      ModelPack pack = null;
      String unchecked = "";
      try {
        pack = model.choose(header);
      } catch (StreamException.UnknownModel e) {
        unchecked = e.reason();
      }
      if (pack == null) {
        StreamFile file = StreamFile.openUnchecked(bytes, StreamLimits.DEFAULT);
        return report(file, null, show(file, null), unchecked);
      }
      try (FeatureCodec codec = FeatureCodecs.open(pack)) {
        StreamFile file = codec.open(bytes);
        return report(file, pack, show(file, codec), unchecked);
      }
    } catch (StreamException e) {
      throw new Failures.Failure(input, e);
    }
  }

  private static List<Shown> show(StreamFile file, @Nullable FeatureCodec codec) {
    List<Shown> frames = new ArrayList<>();
    for (int i = 0; i < file.frameCount(); i++) {
      try {
        StreamFrame frame = file.frame(i);
        double header = 8.0 * (file.recordBytes(i) - frame.payload().length);
        if (!file.header().sequence()) {
          header += 8.0 * file.header().bytes();
        }
        Map<String, Double> bits = new LinkedHashMap<>();
        bits.put("header", header);
        bits.put("payload", 8.0 * frame.payload().length);
        int[] channels = null;
        if (codec != null) {
          bits.putAll(codec.payloadBits(frame));
          channels = codec.channels(frame);
        }
        frames.add(new Shown(i, frame, channels, bits, null));
      } catch (StreamException e) {
        frames.add(new Shown(i, null, null, Map.of(), Failures.describe(e)));
      }
    }
    return frames;
  }

  private int report(
      StreamFile file, @Nullable ModelPack pack, List<Shown> frames, String unchecked)
      throws IOException {
    List<String> damage = file.damage().stream().map(Failures::describe).toList();
    long broken = frames.stream().filter(f -> f.problem() != null).count();
    boolean intact = damage.isEmpty() && broken == 0;
    if (json.wanted()) {
      JsonOption.print(out(), toJson(file, pack, frames, damage, intact));
    } else {
      print(file, pack, frames);
      if (!file.isChecked()) {
        out().println("checks: none without the model; " + unchecked);
      } else if (intact) {
        out().println("checks: every byte is intact");
      }
    }
    damage.forEach(line -> err().println("facet: " + input + ": " + line));
    return intact ? DONE : FAILED;
  }

  private Map<String, @Nullable Object> toJson(
      StreamFile file,
      @Nullable ModelPack pack,
      List<Shown> frames,
      List<String> damage,
      boolean intact) {
    StreamHeader header = file.header();
    List<Map<String, @Nullable Object>> list = new ArrayList<>();
    for (Shown shown : frames) {
      StreamFrame frame = shown.frame();
      if (frame == null) {
        list.add(JsonOption.object("frame", shown.index(), "error", shown.problem()));
        continue;
      }
      List<List<Integer>> shapes = new ArrayList<>();
      int[] channels = shown.channels();
      for (int i = 0; i < frame.shapes().size(); i++) {
        LevelShape shape = frame.shapes().get(i);
        shapes.add(
            channels == null
                ? JsonOption.list(shape.height(), shape.width())
                : JsonOption.list(shape.height(), shape.width(), channels[i]));
      }
      list.add(
          JsonOption.object(
              "frame", shown.index(),
              "quality", new Quality(frame.qualitySteps()).level(),
              "shapes", shapes,
              "picture",
                  frame
                      .picture()
                      .map(size -> JsonOption.list(size.height(), size.width()))
                      .orElse(null),
              "offset", file.offset(shown.index()),
              "bytes", file.recordBytes(shown.index()),
              "bits", shown.bits()));
    }
    return JsonOption.object(
        "codec", header.codec().kind(),
        "model", header.codec().hasModel() ? header.modelPrefix() : null,
        "model_name", pack == null ? null : pack.name(),
        "profile", header.profile(),
        "version", header.version(),
        "sequence", header.sequence(),
        "indexed", header.indexed(),
        "digest_bytes", header.digestSize().bytes(),
        "checked", file.isChecked(),
        "intact", file.isChecked() ? intact : null,
        "damage", damage,
        "frames", list);
  }

  private void print(StreamFile file, @Nullable ModelPack pack, List<Shown> frames) {
    StreamHeader header = file.header();
    out().println("format:  Facet stream, version " + header.version());
    out().println("codec:   " + header.codec().kind() + ", numeric profile " + header.profile());
    if (header.codec().hasModel()) {
      out().println("model:   " + header.modelPrefix() + (pack == null ? "" : ", " + pack.name()));
    }
    out()
        .println(
            "content: "
                + (header.sequence()
                    ? "sequence of "
                        + file.frameCount()
                        + " frames"
                        + (header.indexed() ? ", indexed" : "")
                    : "single image")
                + ", feature digest of "
                + header.digestSize().bytes()
                + " bytes");
    List<String> parts = new ArrayList<>();
    frames.stream().flatMap(f -> f.bits().keySet().stream()).distinct().forEach(parts::add);
    List<String> head = new ArrayList<>(List.of("frame", "quality", "picture", "shapes"));
    parts.forEach(part -> head.add(part + " bits"));
    Table table = new Table(head.toArray(new String[0]));
    for (Shown shown : frames) {
      StreamFrame frame = shown.frame();
      List<String> cells = new ArrayList<>(List.of(Integer.toString(shown.index())));
      cells.add(frame == null ? "damaged" : new Quality(frame.qualitySteps()).toString());
      cells.add(frame == null ? "" : frame.picture().map(Object::toString).orElse("-"));
      cells.add(
          frame == null
              ? ""
              : String.join(" ", frame.shapes().stream().map(LevelShape::toString).toList()));
      parts.forEach(part -> {
        Double bits = shown.bits().get(part);
        cells.add(bits == null ? "" : Table.decimals(bits, 0));
      });
      table.row(cells.toArray(new String[0]));
    }
    table.print(out());
  }
}
