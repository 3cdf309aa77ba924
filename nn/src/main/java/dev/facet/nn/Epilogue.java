package dev.facet.nn;

import org.jspecify.annotations.Nullable;

/**
 * What happens to each output of a convolution before it is stored: {@code activation(conv + before) + after}, with
 * the two tensors, where present, in the shape of the output. A residual unit of ReLU(conv(h) + x) puts x before; the
 * residual block of L-MSFC, LeakyReLU(conv(h)) + x, puts it after.
 */
public record Epilogue(@Nullable Tensor before, Activation activation, @Nullable Tensor after) {
  /** The convolution alone. */
  public static final Epilogue NONE = of(Activation.IDENTITY);

  public static Epilogue of(Activation activation) {
    return new Epilogue(null, activation, null);
  }

  /** {@code activation(conv + residual)} */
  public static Epilogue addThen(Tensor residual, Activation activation) {
    return new Epilogue(residual, activation, null);
  }

  /** {@code activation(conv) + residual} */
  public static Epilogue thenAdd(Activation activation, Tensor residual) {
    return new Epilogue(null, activation, residual);
  }

  /**
   * The scalar definition, for n elements in a row, which are changed on their way.
   *
   * @param at where they go; the residuals lie at the same place
   */
  void store(float[] values, int from, int n, float[] output, int at) {
    if (before != null) {
      add(values, from, n, before.data(), at);
    }
    activation.apply(values, from, n);
    if (after != null) {
      add(values, from, n, after.data(), at);
    }
    System.arraycopy(values, from, output, at, n);
  }

  private static void add(float[] values, int from, int n, float[] residual, int at) {
    for (int i = 0; i < n; i++) {
      values[from + i] += residual[at + i];
    }
  }
}
