package dev.facet.nn.checkpoint;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
  private static final Pattern LISTED =
      Pattern.compile("(.*\\.)?_?(matrices|biases|factors)\\.(\\d{1,4})", Pattern.DOTALL);
  private static final Pattern DOWNSAMPLE =
      Pattern.compile("(.*\\.)downsample\\.(weight|bias)", Pattern.DOTALL);
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
    Matcher listed = LISTED.matcher(name);
    if (listed.matches()) {
      String prefix = listed.group(1) == null ? "" : listed.group(1);
      return prefix + singular(listed.group(2)) + listed.group(3);
    }
    Matcher downsample = DOWNSAMPLE.matcher(name);
    return downsample.matches() ? downsample.group(1) + "skip." + downsample.group(2) : name;
  }

  private static String singular(String plural) {
    return switch (plural) {
      case "matrices" -> "_matrix";
      case "biases" -> "_bias";
      default -> "_factor";
    };
  }
}
