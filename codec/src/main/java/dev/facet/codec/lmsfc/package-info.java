/**
 * L-MSFC (Kim et al. 2023, "End-to-End Learnable Multi-Scale Feature Compression for VCM"): its
 * networks, read from checkpoints of the authors' code. With F the channels of the pyramid (256)
 * and M those of the latent (128 or 192).
 */
@NullMarked
package dev.facet.codec.lmsfc;

import org.jspecify.annotations.NullMarked;
