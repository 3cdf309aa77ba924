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

  /** The scalar definition; {@code index} is the element's place in the output. */
  float apply(float value, int index) {
    float sum = before == null ? value : value + before.data()[index];
    float activated = activation.apply(sum);
    return after == null ? activated : activated + after.data()[index];
  }
}
