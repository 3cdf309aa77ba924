package dev.facet.nn.checkpoint;

import java.util.Map;

/**
 * The four spellings of CompressAI's state dict keys, brought to that of version 1.1.5, which L-MSFC
 * used.
 *
 * <ul>
 *   <li>1.1.5: {@code entropy_bottleneck._matrix0}
 *   <li>1.2: {@code entropy_bottleneck.matrices.0} (CompressAI maps it on load, models/utils.py)
 *   <li>before 1.1: {@code entropy_bottleneck._matrices.0}, and {@code downsample} for the skip
 *       connection of ResidualBlockWithStride
 *   <li>any of them under DataParallel: {@code module.} in front
 * </ul>
 *
 * <p>Only for codecs: in a torchvision ResNet {@code downsample} is the right name.
 */
public final class CompressAiKeys {
  private static final Map<String, String> SINGULAR =
      Map.of("matrices", "_matrix", "biases", "_bias", "factors", "_factor");
  private static final String DOWNSAMPLE = ".downsample.";
  private static final String DATA_PARALLEL = "module.";

  private CompressAiKeys() {}

  /**
   * All tensors under their names of version 1.1.5.
   *
   * @throws CheckpointException if a tensor is there under two spellings
   */
  public static Checkpoint canonical(Checkpoint checkpoint) throws CheckpointException {
    return checkpoint.renamed(CompressAiKeys::canonical);
  }

  /** The name of version 1.1.5; names that never changed come back as they are. */
  public static String canonical(String key) {
    String name = key.startsWith(DATA_PARALLEL) ? key.substring(DATA_PARALLEL.length()) : key;
    int dot = name.lastIndexOf('.');
    if (dot < 0) {
      return name;
    }
    String last = name.substring(dot + 1);
    if (isNumber(last)) {
      int start = name.lastIndexOf('.', dot - 1) + 1;
      int word = name.startsWith("_", start) ? start + 1 : start;
      String singular = SINGULAR.get(name.substring(word, dot));
      return singular == null ? name : name.substring(0, start) + singular + last;
    }
    int skip = dot + 1 - DOWNSAMPLE.length();
    boolean downsample =
        skip >= 0
            && name.startsWith(DOWNSAMPLE, skip)
            && (last.equals("weight") || last.equals("bias"));
    return downsample ? name.substring(0, skip) + ".skip." + last : name;
  }

  /** One to four decimal digits. */
  private static boolean isNumber(String s) {
    return !s.isEmpty() && s.length() <= 4 && s.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
