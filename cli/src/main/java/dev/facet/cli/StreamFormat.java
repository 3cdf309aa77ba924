package dev.facet.cli;

/** {@code --format}. */
enum StreamFormat {
  /** The Facet stream (docs/stream.md). */
  FACET,
  /** The file of the official L-MSFC code. */
  REFERENCE
}
