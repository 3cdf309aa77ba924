package dev.facet.codec;

/** Order of the elements of a feature map in memory. */
public enum Layout {
  /** Channels first: (N, C, H, W), as PyTorch holds it; the batch size N is 1. */
  NCHW,
  /** Channels last: (N, H, W, C), as Facet and TensorFlow hold it; the batch size N is 1. */
  NHWC
}
