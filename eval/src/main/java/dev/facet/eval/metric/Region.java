package dev.facet.eval.metric;

/** What of an object must overlap for a detection of it to count. */
public enum Region {
  /** Its box. */
  BOX,
  /** Its pixels. */
  MASK
}
