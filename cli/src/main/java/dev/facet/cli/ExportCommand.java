package dev.facet.cli;

import dev.facet.codec.ModelPack;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.lmsfc.LmsfcPart;
import dev.facet.codec.stream.LevelShape;
import dev.facet.nn.Backend;
import dev.facet.nn.layers.Weights;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.Network.Port;
import dev.facet.nn.onnx.OnnxGraph;
import dev.facet.nn.onnx.OnnxRecorder;
import dev.facet.vision.detection.DetectorPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

@Command(
    name = "export",
    description = "Writes a network of a model pack as an ONNX graph with its weights inside.",
    footer = {
      "",
      "Example: facet export --onnx aquarium -o g_s.onnx --part g_s --shape 104x80",
      "g_a takes p2..p5 and gives y; h_a gives z of y, h_s the hyper parameters of z_hat, g_s p2..p5 of y_hat;",
      "backbone gives p2..p5 of a normalised picture, rpn scores and box codes of p2..p5.",
      "Tensors are float32 (1, C, H, W). Gains and entropy coding are no part of a graph."
    })
final class ExportCommand extends Operation {
  /** Rows and columns of p2 of an 800x1216 picture, the size that the field reports. */
  private static final LevelShape P2 = new LevelShape(200, 304);

  /** Pixels of the picture for each pixel of p2, along a side. */
  private static final int STRIDE = 4;

  /** A graph is traced with real tensors: p2 of a 4096x4096 picture. */
  private static final long MAX_PIXELS = 1 << 20;

  /** What can be exported. */
  enum Part {
    G_A,
    G_S,
    H_A,
    H_S,
    BACKBONE,
    RPN;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--onnx",
      required = true,
      paramLabel = "PACK",
      description = "The model pack: a folder or zip, its name, or the first digits of its digest.")
  private String model = "";

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "F.onnx",
      description = "The file to write.")
  private Path output = Path.of("");

  @Option(
      names = "--part",
      defaultValue = "g_s",
      paramLabel = "PART",
      description = "One of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private Part part = Part.G_S;

  @Option(
      names = "--shape",
      paramLabel = "HxW",
      converter = ShapeConverter.class,
      description =
          "Rows and columns of p2, or of the picture for backbone. Default: 200x304, 800x1216")
  private @Nullable LevelShape shape;

  @Mixin private JsonOption json = new JsonOption();

  @Override
  public Integer call() throws Exception {
    ModelPack pack = ModelPacks.standard().find(model);
    OnnxGraph graph;
    try {
      graph = OnnxRecorder.record(backend -> network(pack, backend));
    } catch (IllegalArgumentException e) {
      throw new Failures.Failure(pack.path(), e);
    }
    try (OutputFile file = new OutputFile(output)) {
      graph.writeTo(file.stream());
      file.commit();
    }
    report(graph);
    return DONE;
  }

  private Network network(ModelPack pack, Backend backend) throws IOException {
    return switch (part) {
      case G_A, G_S, H_A, H_S ->
          LmsfcPart.valueOf(part.name()).on(new Weights(backend, pack.weights()), shape(1));
      case BACKBONE -> {
        LevelShape picture = shape(STRIDE);
        Weights w = new Weights(backend, pack.detectorWeights());
        yield DetectorPart.backbone(
            w, Camera.describe(pack).config(), picture.height(), picture.width());
      }
      case RPN -> {
        LevelShape p2 = shape(1);
        Weights w = new Weights(backend, pack.detectorWeights());
        yield DetectorPart.proposals(w, p2.height(), p2.width());
      }
    };
  }

  private LevelShape shape(int stride) {
    LevelShape chosen =
        shape == null ? new LevelShape(stride * P2.height(), stride * P2.width()) : shape;
    if (chosen.pixels() > MAX_PIXELS * stride * stride) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--shape %s has %d positions: choose at most %d",
              chosen,
              chosen.pixels(),
              MAX_PIXELS * stride * stride));
    }
    return chosen;
  }

  private void report(OnnxGraph graph) throws IOException {
    if (json.wanted()) {
      JsonOption.print(
          out(),
          JsonOption.object(
              "output", output.toString(),
              "part", graph.name(),
              "opset", OnnxGraph.OPSET,
              "inputs", ports(graph.inputs()),
              "outputs", ports(graph.outputs()),
              "nodes", graph.nodes().size(),
              "parameters", graph.parameters(),
              "bytes", Files.size(output)));
      return;
    }
    Table table = new Table("tensor", "", "channels", "height", "width");
    rows(table, "input", graph.inputs());
    rows(table, "output", graph.outputs());
    table.print(out());
    out()
        .println(
            String.format(
                Locale.ROOT,
                "%s: %s, %d nodes of opset %d, %d parameters, %d bytes",
                output,
                graph.name(),
                graph.nodes().size(),
                OnnxGraph.OPSET,
                graph.parameters(),
                Files.size(output)));
  }

  private static void rows(Table table, String kind, List<Port> ports) {
    for (Port port : ports) {
      table.row(
          port.name(),
          kind,
          Integer.toString(port.channels()),
          Integer.toString(port.height()),
          Integer.toString(port.width()));
    }
  }

  private static Map<String, List<Integer>> ports(List<Port> ports) {
    return ports.stream()
        .collect(
            Collectors.toMap(
                Port::name,
                port -> JsonOption.list(1, port.channels(), port.height(), port.width()),
                (a, b) -> b,
                java.util.LinkedHashMap::new));
  }

  /** {@code HxW}. */
  static final class ShapeConverter implements ITypeConverter<LevelShape> {
    private static final Pattern SHAPE = Pattern.compile("([1-9]\\d{0,5})x([1-9]\\d{0,5})");

    @Override
    public LevelShape convert(String text) {
      Matcher matcher = SHAPE.matcher(text);
      if (!matcher.matches()) {
        throw new TypeConversionException("'" + text + "' is no HxW such as 200x304");
      }
      return new LevelShape(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
  }
}
