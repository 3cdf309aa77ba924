package dev.facet.conformance;

/** A fixed computation whose bits are known. */
sealed interface ConformanceVector permits CodecVector, OperationVector {
  /** Lower case letters, digits, {@code -} and {@code /}. */
  String name();

  /** Whether it is quick even where nothing is compiled. */
  boolean small();
}
