/** Networks that see an image: ResNet, VGG16, and the feature pyramid on top. torchvision's key names. */
@NullMarked
package dev.facet.vision.backbone;

import org.jspecify.annotations.NullMarked;
