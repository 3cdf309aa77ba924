package dev.facet.testing;

import dev.facet.nn.Activation;
import dev.facet.nn.Backend;
import dev.facet.nn.ConvolutionParameters;
import dev.facet.nn.Epilogue;
import dev.facet.nn.GdnParameters;
import dev.facet.nn.Tensor;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32C;

/** Random operations with random shapes, run on two backends; any differing bit fails with the seed and the shape. */
public final class RandomOperations {
  private static final int[] KERNELS = {1, 3, 3, 3, 5, 7};

  private final Random random;
  private final CRC32C results = new CRC32C();

  public RandomOperations(long seed) {
    this.random = new Random(seed);
  }

  /** One convolution with a random kernel, stride, dilation, mask, sub-pixel factor and epilogue. */
  public void convolution(Backend expected, Backend actual) {
    int kernel = KERNELS[random.nextInt(KERNELS.length)];
    int subpixel = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1;
    int in = 1 + random.nextInt(70);
    int out = (1 + random.nextInt(random.nextBoolean() ? 20 : 90)) * subpixel * subpixel;
    int groups = subpixel == 1 && random.nextInt(8) == 0 ? 1 + random.nextInt(4) : 1;
    int dilation = random.nextInt(8) == 0 ? 2 : 1;
    int padding = random.nextInt(4) == 0 ? random.nextInt(kernel) : kernel / 2;
    int taps = random.nextInt(6) == 0 ? 1 + random.nextInt(kernel * kernel) : kernel * kernel;
    ConvolutionParameters p =
        ConvolutionParameters.of(
                out * groups, in, kernel, kernel, floats(out * groups * in * kernel * kernel, 0.3f))
            .bias(floats(out * groups, 1))
            .stride(1 + random.nextInt(2))
            .padding(padding)
            .dilation(dilation)
            .groups(groups)
            .taps(taps)
            .subpixel(subpixel)
            .build();
    int least = Math.max(1, dilation * (kernel - 1) + 1 - 2 * padding);
    Tensor x = tensor(least + random.nextInt(14), least + random.nextInt(20), in * groups);
    int gridHeight = p.gridHeight(x.height());
    int gridWidth = p.gridWidth(x.width());
    Tensor residual = tensor(gridHeight * subpixel, gridWidth * subpixel, p.outChannels());
    Activation activation = pick(Activation.values());
    Epilogue epilogue =
        switch (random.nextInt(4)) {
          case 0 -> Epilogue.of(activation);
          case 1 -> Epilogue.addThen(residual, activation);
          case 2 -> Epilogue.thenAdd(activation, residual);
          default -> new Epilogue(residual, activation, residual);
        };
    String what =
        "convolution %dx%d of %s to %d, stride %d, padding %d, dilation %d, groups %d, taps %d, r %d"
            .formatted(
                kernel,
                kernel,
                x,
                p.kernelChannels(),
                p.stride(),
                padding,
                dilation,
                groups,
                taps,
                subpixel);
    same(
        what, expected.convolution(p).apply(x, epilogue), actual.convolution(p).apply(x, epilogue));
    if (padding == 0 && subpixel == 1) {
      int count = 1 + random.nextInt(15);
      int[] positions = random.ints(count, 0, gridHeight * gridWidth).toArray();
      same(
          what + " at positions",
          expected.convolution(p).applyAt(x, positions, count, activation),
          actual.convolution(p).applyAt(x, positions, count, activation));
    }
  }

  /** GDN or its inverse, with and without a residual. */
  public void gdn(Backend expected, Backend actual) {
    int c = 1 + random.nextInt(100);
    float[] beta = positive(floats(c, 1));
    float[] gamma = positive(floats(c * c, 0.3f));
    GdnParameters p = new GdnParameters(beta, gamma, random.nextBoolean());
    Tensor x = tensor(1 + random.nextInt(12), 1 + random.nextInt(12), c);
    Tensor residual = random.nextBoolean() ? tensor(x.height(), x.width(), c) : null;
    same("GDN of " + x, expected.gdn(p).apply(x, residual), actual.gdn(p).apply(x, residual));
  }

  /** Every pointwise operation and every one that moves data, on one shape. */
  public void pointwise(Backend expected, Backend actual) {
    Tensor x = tensor(1 + random.nextInt(12), 1 + random.nextInt(40), 1 + random.nextInt(70));
    Tensor a = tensor(x.height(), x.width(), x.channels());
    Tensor b = special(tensor(x.height(), x.width(), x.channels()));
    same("gate of " + x, expected.sigmoidGate(x, a, b), actual.sigmoidGate(x, a, b));
    float[] factors = floats(x.channels(), 4);
    same("gain of " + x, expected.scaleChannels(x, factors), actual.scaleChannels(x, factors));
    same("concat of " + x, expected.concat(x, a), actual.concat(x, a));
    same("subsample of " + x, expected.subsample(x), actual.subsample(x));
    int[] sides = random.ints(4, 0, 30).toArray();
    same(
        "reflect pad of " + x,
        expected.padReflect(x, sides[0], sides[1], sides[2], sides[3]),
        actual.padReflect(x, sides[0], sides[1], sides[2], sides[3]));
    int height = 1 + random.nextInt(x.height());
    int top = random.nextInt(x.height() - height + 1);
    same(
        "crop of " + x,
        expected.crop(x, top, 0, height, x.width()),
        actual.crop(x, top, 0, height, x.width()));
  }

  /** Fixed larger shapes: Winograd, sub-pixel, strided and pointwise convolutions that are split among threads. */
  public void large(Backend expected, Backend actual) {
    int[][] shapes = {
      {3, 1, 64, 70, 1}, {3, 1, 33, 96, 2}, {5, 2, 48, 40, 1}, {3, 2, 50, 64, 1}, {1, 1, 90, 45, 1}
    };
    for (int[] s : shapes) {
      ConvolutionParameters p =
          ConvolutionParameters.of(s[3], s[2], s[0], s[0], floats(s[3] * s[2] * s[0] * s[0], 0.1f))
              .bias(floats(s[3], 1))
              .stride(s[1])
              .padding(s[0] / 2)
              .subpixel(s[4])
              .build();
      Tensor x = tensor(61, 47, s[2]);
      Epilogue epilogue = Epilogue.of(Activation.LEAKY_RELU);
      same(
          "%dx%d convolution of %s".formatted(s[0], s[0], x),
          expected.convolution(p).apply(x, epilogue),
          actual.convolution(p).apply(x, epilogue));
    }
  }

  private void same(String what, Tensor expected, Tensor actual) {
    if (!expected.sameBits(actual)) {
      throw new AssertionError("bits differ: " + what);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * actual.data().length);
    bytes.asFloatBuffer().put(actual.data());
    results.update(bytes);
  }

  /** CRC-32C of all results so far: equal for equal seeds and calls, on every JVM. */
  public long checksum() {
    return results.getValue();
  }

  /** A tensor of random values up to 3 in size. */
  public Tensor tensor(int height, int width, int channels) {
    return Tensor.of(height, width, channels, floats(height * width * channels, 3));
  }

  /** Sprinkles in the values at which functions change their branch. */
  private Tensor special(Tensor x) {
    float[] values = {0f, -0f, 87f, -87f, 88f, -88f, 1e30f, -1e30f, 1e-30f, Float.MIN_VALUE};
    for (int i = random.nextInt(5); i < x.data().length; i += 1 + random.nextInt(9)) {
      x.data()[i] = values[random.nextInt(values.length)];
    }
    return x;
  }

  private float[] floats(int n, float scale) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (2 * random.nextFloat() - 1) * scale;
    }
    return values;
  }

  private Activation pick(Activation[] all) {
    return all[random.nextInt(all.length)];
  }

  private static float[] positive(float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.abs(values[i]);
    }
    return values;
  }
}
