package dev.facet.eval.scenes;

/** When a scene happens. */
public enum Daylight {
  DAY,
  DUSK,
  NIGHT
}
