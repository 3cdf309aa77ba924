/**
 * The Facet stream (docs/stream.md) and the container of the official L-MSFC code. Knows bytes,
 * shapes and checks; knows nothing of networks.
 */
@NullMarked
package dev.facet.codec.stream;

import org.jspecify.annotations.NullMarked;
