package dev.facet.testing;

import dev.facet.nn.checkpoint.Checkpoint;

/**
 * Checkpoints of detectors with few channels and random weights, under torchvision's current
 * names.
 */
public final class TinyDetector {
  /** Classes with the background. */
  public static final int CLASSES = 4;

  /** F, the channels of every level. */
  public static final int CHANNELS = 16;

  private static final int ANCHORS = 3;

  private static final float GAIN = 2;

  private TinyDetector() {}

  /** Mask R-CNN on a ResNet-10: one basic block a stage. */
  public static Checkpoint resNet10(long seed) {
    RandomLayers made = new RandomLayers(seed, GAIN);
    made.normalised("backbone.body.conv1", "backbone.body.bn1", 8, 3, 7);
    int in = 8;
    for (int stage = 1; stage <= 4; stage++) {
      int out = 4 << stage;
      made.basicBlock("backbone.body.layer" + stage + ".0", out, in, stage > 1);
      in = out;
    }
    return pyramidAndHeads(made, 8);
  }

  /** Mask R-CNN on a ResNeXt: one bottleneck a stage, with four groups. */
  public static Checkpoint resNeXt(long seed) {
    RandomLayers made = new RandomLayers(seed, GAIN);
    made.normalised("backbone.body.conv1", "backbone.body.bn1", 8, 3, 7);
    int in = 8;
    for (int stage = 1; stage <= 4; stage++) {
      int width = 4 << stage;
      String block = "backbone.body.layer" + stage + ".0";
      made.normalised(block + ".conv1", block + ".bn1", width, in, 1);
      made.normalised(block + ".conv2", block + ".bn2", width, width / 4, 3);
      made.normalised(block + ".conv3", block + ".bn3", 2 * width, width, 1);
      made.normalised(block + ".downsample.0", block + ".downsample.1", 2 * width, in, 1);
      in = 2 * width;
    }
    return pyramidAndHeads(made, 16);
  }

  /** The names of torchvision's published files. */
  public static String published(String name) {
    return name.replaceAll("(inner_blocks|layer_blocks)\\.(\\d)\\.0\\.", "$1.$2.")
        .replace("rpn.head.conv.0.0.", "rpn.head.conv.")
        .replace("mask_head.0.0.", "mask_head.mask_fcn1.")
        .replace("mask_head.1.0.", "mask_head.mask_fcn2.")
        .replace("mask_head.2.0.", "mask_head.mask_fcn3.")
        .replace("mask_head.3.0.", "mask_head.mask_fcn4.");
  }

  private static Checkpoint pyramidAndHeads(RandomLayers made, int finest) {
    for (int i = 0; i < 4; i++) {
      made.weighted("backbone.fpn.inner_blocks." + i + ".0", CHANNELS, finest << i, 1, 1);
      made.weighted("backbone.fpn.layer_blocks." + i + ".0", CHANNELS, CHANNELS, 3, 3);
    }
    made.weighted("rpn.head.conv.0.0", CHANNELS, CHANNELS, 3, 3);
    made.weighted("rpn.head.cls_logits", ANCHORS, CHANNELS, 1, 1);
    made.weighted("rpn.head.bbox_pred", 4 * ANCHORS, CHANNELS, 1, 1);
    made.weighted("roi_heads.box_head.fc6", 32, 49 * CHANNELS);
    made.weighted("roi_heads.box_head.fc7", 32, 32);
    made.weighted("roi_heads.box_predictor.cls_score", CLASSES, 32);
    made.weighted("roi_heads.box_predictor.bbox_pred", 4 * CLASSES, 32);
    for (int i = 0; i < 4; i++) {
      made.weighted("roi_heads.mask_head." + i + ".0", CHANNELS, CHANNELS, 3, 3);
    }
    made.add("roi_heads.mask_predictor.conv5_mask.weight", 0.3f, 0, CHANNELS, 8, 2, 2);
    made.add("roi_heads.mask_predictor.conv5_mask.bias", 0.1f, 0, 8);
    made.weighted("roi_heads.mask_predictor.mask_fcn_logits", CLASSES, 8, 1, 1);
    return made.checkpoint();
  }
}
