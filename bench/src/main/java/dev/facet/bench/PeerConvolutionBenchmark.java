package dev.facet.bench;

import dev.facet.nn.Activation;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.Network.Port;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Param;

/** Single convolutions with bias and LeakyReLU, of the shapes that DRNet and FENet have. */
public class PeerConvolutionBenchmark extends PeerBenchmark {
  private static final Pattern SHAPE =
      Pattern.compile(
          "(?<kernel>\\d+)x\\d+ s(?<stride>\\d+) (?<in>\\d+)-(?<out>\\d+) (?<side>\\d+)px(?: r(?<r>\\d+))?");

  /** Kernel, stride, channels in and out, side of the input, and r of a sub-pixel convolution. No commas: JMH splits there. */
  @Param({
    "3x3 s1 128-128 32px",
    "3x3 s1 128-128 64px",
    "3x3 s1 128-128 128px",
    "3x3 s1 192-192 32px",
    "3x3 s1 192-192 64px",
    "3x3 s1 192-192 128px",
    "3x3 s1 256-256 32px",
    "3x3 s1 256-256 64px",
    "3x3 s1 256-256 128px",
    "3x3 s2 256-128 128px",
    "5x5 s2 256-256 128px",
    "1x1 s1 128-128 64px",
    "3x3 s1 128-512 64px r2"
  })
  public String shape = "";

  @Override
  Network.Builder network() {
    return network(shape);
  }

  static Network.Builder network(String shape) {
    Matcher matcher = SHAPE.matcher(shape);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(shape + " is not of the form " + SHAPE);
    }
    int kernel = number(matcher, "kernel");
    int in = number(matcher, "in");
    int out = number(matcher, "out");
    int side = number(matcher, "side");
    Random random = new Random(2);
    ConvolutionParameters p =
        ConvolutionParameters.of(
                out, in, kernel, kernel, floats(random, out * in * kernel * kernel))
            .bias(floats(random, out))
            .stride(number(matcher, "stride"))
            .padding(kernel / 2)
            .subpixel(matcher.group("r") == null ? 1 : number(matcher, "r"))
            .build();
    return backend -> {
      Convolution convolution = backend.convolution(p);
      Epilogue epilogue = Epilogue.of(Activation.LEAKY_RELU);
      return new Network(
          shape,
          List.of(new Port("x", side, side, in)),
          List.of("y"),
          x -> List.of(convolution.apply(x.getFirst(), epilogue)));
    };
  }

  private static int number(Matcher matcher, String group) {
    return Integer.parseInt(matcher.group(group));
  }

  private static float[] floats(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = 0.05f * (2 * random.nextFloat() - 1);
    }
    return values;
  }
}
