/**
 * The building blocks of CompressAI's networks, with its names and its checkpoint keys. A layer is
 * built from {@link dev.facet.nn.layers.Weights}, a place in a checkpoint, and learns its channel
 * counts from the shapes found there.
 */
@NullMarked
package dev.facet.nn.layers;

import org.jspecify.annotations.NullMarked;
