package dev.facet.conformance;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.Convolution;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.Gdn;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Interpolation;
import dev.facet.nn.Pointwise;
import dev.facet.nn.Resize;
import dev.facet.nn.RoiAlign;
import dev.facet.nn.Tensor;
import dev.facet.nn.TransposedConvolutionParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Every operation of the {@link Backend}, in the shapes in which implementations take different paths. */
final class OperationVectors {
  private final List<OperationVector> vectors = new ArrayList<>();

  private OperationVectors() {}

  static List<OperationVector> all() {
    OperationVectors all = new OperationVectors();
    all.winogradConvolutions();
    all.directConvolutions();
    all.transposedConvolutions();
    all.normalizations();
    all.pointwise();
    all.layout();
    all.sampling();
    return all.vectors;
  }

  /** 3x3, stride 1, at least 16 channels on both sides: Winograd by the profile's rule. */
  private void winogradConvolutions() {
    convolution("winograd", true, 5, 7, 16, new Noise(1), kernel(16, 16, 3, 1, 1));
    convolution("winograd-tails", true, 13, 18, 19, new Noise(2), kernel(37, 19, 3, 1, 1));
    convolution(
        "winograd-subpixel", true, 6, 5, 18, new Noise(3), kernel(68, 18, 3, 1, 1).subpixel(2));
    convolution("winograd-one-pixel", true, 1, 1, 24, new Noise(4), kernel(24, 24, 3, 1, 1));
    convolution("winograd-192", false, 21, 14, 192, new Noise(5), kernel(192, 192, 3, 1, 1));
  }

  private void directConvolutions() {
    convolution("direct-3x3", true, 9, 11, 7, new Noise(11), kernel(11, 7, 3, 1, 1));
    convolution("direct-3x3-stride-2", true, 17, 15, 32, new Noise(12), kernel(40, 32, 3, 2, 1));
    convolution("direct-3x3-unpadded", true, 6, 9, 20, new Noise(13), kernel(20, 20, 3, 1, 0));
    convolution(
        "direct-3x3-dilated", true, 9, 12, 16, new Noise(14), kernel(16, 16, 3, 1, 2).dilation(2));
    convolution(
        "direct-3x3-groups", true, 8, 7, 24, new Noise(15), kernel(16, 6, 3, 1, 1).groups(4));
    convolution(
        "direct-3x3-subpixel-3", true, 4, 6, 9, new Noise(16), kernel(45, 9, 3, 1, 1).subpixel(3));
    convolution("direct-5x5", true, 10, 9, 20, new Noise(17), kernel(24, 20, 5, 1, 2));
    convolution("direct-5x5-stride-2", true, 11, 14, 18, new Noise(18), kernel(33, 18, 5, 2, 2));
    convolution("direct-7x7-stride-2", true, 19, 16, 3, new Noise(19), kernel(64, 3, 7, 2, 3));
    convolution("direct-1x1", true, 7, 13, 45, new Noise(20), kernel(90, 45, 1, 1, 0));
    convolution("direct-1x1-stride-2", true, 9, 9, 33, new Noise(21), kernel(17, 33, 1, 2, 0));
    convolution("linear", true, 1, 1, 300, new Noise(22), kernel(50, 300, 1, 1, 0));
    convolution("masked-5x5", true, 9, 10, 12, new Noise(23), kernel(24, 12, 5, 1, 0).taps(12));
    convolution("masked-5x5-b", true, 9, 10, 12, new Noise(24), kernel(24, 12, 5, 1, 2).taps(13));
    convolution("direct-5x5-192", false, 16, 15, 192, new Noise(25), kernel(96, 192, 5, 2, 2));
    convolution("direct-1x1-640", false, 23, 10, 640, new Noise(26), kernel(512, 640, 1, 1, 0));
  }

  private void transposedConvolutions() {
    int[][] shapes = {{2, 2, 0, 0}, {3, 1, 1, 0}, {3, 2, 1, 1}, {4, 2, 1, 0}, {5, 2, 2, 1}};
    for (int[] s : shapes) {
      String name =
          String.format(Locale.ROOT, "transposed-convolution/%dx%d-stride-%d", s[0], s[0], s[1]);
      add(
          name,
          true,
          backend -> {
            Noise noise = new Noise(100 + s[0] * 10 + s[1]);
            TransposedConvolutionParameters parameters =
                TransposedConvolutionParameters.of(
                        17, 18, s[0], s[0], noise.values(17 * 18 * s[0] * s[0], 0.125f))
                    .bias(noise.values(18, 1))
                    .stride(s[1])
                    .padding(s[2])
                    .outputPadding(s[3])
                    .build();
            return List.of(
                backend
                    .transposedConvolution(parameters)
                    .apply(noise.tensor(5, 7, 17), Activation.RELU));
          });
    }
  }

  private void normalizations() {
    for (int channels : new int[] {5, 16, 67, 192}) {
      for (boolean inverse : new boolean[] {false, true}) {
        add(
            (inverse ? "igdn/" : "gdn/") + channels,
            channels < 100,
            backend -> {
              Noise noise = new Noise(200 + channels);
              float[] beta = noise.positive(channels, 1);
              float[] gamma = noise.positive(channels * channels, 0.25f);
              Gdn gdn =
                  backend.gdn(
                      GdnParameters.fold(
                          beta, gamma, inverse)); // folding sees values on both sides of its bound
              Tensor x = noise.tensor(7, 6, channels);
              return List.of(gdn.apply(x, null), gdn.apply(x, noise.tensor(7, 6, channels)));
            });
      }
    }
    add(
        "affine-channels",
        true,
        backend -> {
          Noise noise = new Noise(210);
          Tensor x = noise.special(5, 9, 35);
          return List.of(backend.affineChannels(x, noise.values(35, 2), noise.values(35, 1)));
        });
    add(
        "scale-channels",
        true,
        backend -> {
          Noise noise = new Noise(211);
          return List.of(backend.scaleChannels(noise.special(4, 7, 37), noise.values(37, 4)));
        });
  }

  private void pointwise() {
    add(
        "sigmoid-gate",
        true,
        backend -> {
          Noise noise = new Noise(300);
          Tensor x = noise.tensor(9, 13, 21);
          return List.of(backend.sigmoidGate(x, noise.tensor(9, 13, 21), noise.special(9, 13, 21)));
        });
    for (Activation activation : Activation.values()) {
      add(
          "activate/" + name(activation),
          true,
          backend -> List.of(backend.activate(new Noise(301).special(5, 7, 19), activation)));
    }
    for (Pointwise function : Pointwise.values()) {
      add(
          "map/" + name(function),
          true,
          backend -> List.of(backend.map(new Noise(302).special(9, 11, 23), function)));
    }
    add(
        "prelu",
        true,
        backend -> {
          Noise noise = new Noise(303);
          Tensor x = noise.special(6, 5, 18);
          return List.of(
              backend.prelu(x, noise.values(18, 1)), backend.prelu(x, noise.values(1, 1)));
        });
    add(
        "softmax",
        true,
        backend ->
            List.of(
                backend.softmax(new Noise(304).tensor(5, 6, 91)),
                backend.softmax(new Noise(305).special(5, 6, 12))));
  }

  /** What only moves data. */
  private void layout() {
    Noise noise = new Noise(400);
    Tensor x = noise.special(7, 10, 19);
    Tensor y = noise.tensor(7, 10, 6);
    add("concat", true, backend -> List.of(backend.concat(x, y), backend.concat(y, x)));
    add(
        "pad-reflect",
        true,
        backend ->
            List.of(
                backend.padReflect(x, 3, 2, 0, 5),
                backend.padReflect(y, 20, 9, 33, 1),
                backend.padReflect(backend.crop(x, 2, 3, 1, 1), 2, 3, 4, 5)));
    add("pad", true, backend -> List.of(backend.pad(x, 2, 3, 0, 1), backend.pad(x, -2, 3, 4, -5)));
    add("crop", true, backend -> List.of(backend.crop(x, 2, 3, 4, 5), backend.crop(y, 0, 0, 7, 1)));
    add("subsample", true, backend -> List.of(backend.subsample(x), backend.subsample(y)));
  }

  private void sampling() {
    add(
        "max-pool",
        true,
        backend -> {
          Tensor x = new Noise(500).special(15, 12, 18);
          return List.of(
              backend.maxPool(x, 2, 2, 0, false),
              backend.maxPool(x, 3, 2, 1, false),
              backend.maxPool(x, 3, 2, 0, true),
              backend.maxPool(x, 5, 1, 2, false));
        });
    add(
        "adaptive-average-pool",
        true,
        backend -> {
          Tensor x = new Noise(501).tensor(13, 9, 20);
          return List.of(
              backend.adaptiveAveragePool(x, 1, 1),
              backend.adaptiveAveragePool(x, 7, 7),
              backend.adaptiveAveragePool(x, 15, 4));
        });
    for (Interpolation interpolation : Interpolation.values()) {
      add(
          "resize/" + name(interpolation),
          true,
          backend -> {
            Tensor x = new Noise(502).tensor(9, 14, 5);
            return List.of(
                backend.resize(x, Resize.to(23, 17, interpolation)),
                backend.resize(x, Resize.to(4, 5, interpolation)),
                backend.resize(x, Resize.to(9, 14, interpolation)),
                backend.resize(x, Resize.by(1.7, x, interpolation)));
          });
    }
    for (boolean aligned : new boolean[] {false, true}) {
      add(
          aligned ? "roi-align/aligned" : "roi-align/legacy",
          true,
          backend -> {
            Noise noise = new Noise(503);
            Tensor x = noise.tensor(20, 26, 11);
            // inside, across the border, outside, empty, less than a pixel, larger than the map
            float[] boxes = {
              10.5f, 12.25f, 60f, 49.75f, -20f, -8f, 30f, 35f, 200f, 200f, 240f, 230f, 5f, 5f, 5f,
              5f, 40f, 41f, 40.5f, 42.25f, -50f, -60f, 150f, 160f
            };
            return List.of(
                backend.roiAlign(x, boxes, new RoiAlign(7, 7, 0.25f, 2, aligned)),
                backend.roiAlign(x, boxes, new RoiAlign(5, 3, 0.25f, 0, aligned)));
          });
    }
  }

  private static ConvolutionParameters.Builder kernel(
      int out, int in, int side, int stride, int padding) {
    float[] weights = new Noise(7000 + out * 31 + in).values(out * in * side * side, 0.125f);
    return ConvolutionParameters.of(out, in, side, side, weights)
        .bias(new Noise(8000 + out).values(out, 1))
        .stride(stride)
        .padding(padding);
  }

  /** All activations and both sides of the epilogue, and single positions where the convolution allows them. */
  private void convolution(
      String name,
      boolean small,
      int height,
      int width,
      int channels,
      Noise noise,
      ConvolutionParameters.Builder builder) {
    ConvolutionParameters p = builder.build();
    Tensor x = noise.tensor(height, width, channels);
    add(
        "convolution/" + name,
        small,
        backend -> {
          Convolution convolution = backend.convolution(p);
          Tensor plain = convolution.apply(x, Epilogue.NONE);
          Noise more = new Noise(9000);
          Tensor residual = more.tensor(plain.height(), plain.width(), plain.channels());
          List<Tensor> results = new ArrayList<>(List.of(plain));
          results.add(convolution.apply(x, Epilogue.thenAdd(Activation.RELU, residual)));
          results.add(convolution.apply(x, new Epilogue(plain, Activation.LEAKY_RELU, residual)));
          if (p.padding() == 0 && p.subpixel() == 1) {
            int last = plain.height() * plain.width() - 1;
            int[] positions = {last, 0, last / 2, last / 3};
            for (int count : new int[] {1, 3, positions.length}) {
              results.add(convolution.applyAt(x, positions, count, Activation.LEAKY_RELU));
            }
          }
          return results;
        });
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private void add(String name, boolean small, OperationVector.Computation computation) {
    vectors.add(new OperationVector("operation/" + name, small, computation));
  }
}
