package dev.facet.nn.checkpoint;

/**
 * What a reader accepts before it gives up.
 *
 * @param maxFileBytes size of the file
 * @param maxHeaderBytes size of a safetensors header, a pickle or a zip directory
 * @param maxTensors number of tensors
 * @param maxElements number of elements of all tensors together
 * @param maxDepth nesting of containers in a header or pickle, 1 to 512
 * @param verifyChecksums whether the CRC-32 of zip entries must be right. PyTorch itself does not
 *     look at them and can be told to write wrong ones ({@code set_crc32_options(False)}).
 */
public record Limits(
    long maxFileBytes,
    int maxHeaderBytes,
    int maxTensors,
    long maxElements,
    int maxDepth,
    boolean verifyChecksums) {

  /** Room for every published model: 16 GiB, 100 MB of header, 65 536 tensors. */
  public static final Limits DEFAULT =
      new Limits(1L << 34, 100_000_000, 1 << 16, 1L << 32, 64, true);

  /** Checks the ranges. */
  public Limits {
    if (maxFileBytes < 0 || maxHeaderBytes < 0 || maxTensors < 0 || maxElements < 0) {
      throw new IllegalArgumentException("limits must not be negative");
    }
    if (maxDepth < 1 || maxDepth > 512) {
      throw new IllegalArgumentException("maxDepth " + maxDepth + " is not in 1..512");
    }
  }

  /** The same with another file size. */
  public Limits withMaxFileBytes(long bytes) {
    return new Limits(bytes, maxHeaderBytes, maxTensors, maxElements, maxDepth, verifyChecksums);
  }

  /** The same with another number of tensors. */
  public Limits withMaxTensors(int tensors) {
    return new Limits(
        maxFileBytes, maxHeaderBytes, tensors, maxElements, maxDepth, verifyChecksums);
  }

  /** The same with another number of elements. */
  public Limits withMaxElements(long elements) {
    return new Limits(
        maxFileBytes, maxHeaderBytes, maxTensors, elements, maxDepth, verifyChecksums);
  }

  /** The same with or without the check of CRC-32 values. */
  public Limits withVerifyChecksums(boolean verify) {
    return new Limits(maxFileBytes, maxHeaderBytes, maxTensors, maxElements, maxDepth, verify);
  }
}
