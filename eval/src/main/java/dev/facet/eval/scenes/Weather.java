package dev.facet.eval.scenes;

/** The weather of a scene. */
public enum Weather {
  CLEAR,
  RAIN,
  FOG
}
