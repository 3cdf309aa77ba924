package dev.facet.eval.scenes;

/** The classes of objects; COCO ids are their places in this list, from 1. */
public enum SceneCategory {
  CAR("car"),
  TRUCK("truck"),
  BUS("bus"),
  /** With its rider: one box around both. */
  BICYCLE("bicycle"),
  PEDESTRIAN("pedestrian"),
  /** The plate without its pole. */
  TRAFFIC_SIGN("traffic sign");

  private final String label;

  SceneCategory(String label) {
    this.label = label;
  }

  /** The name in files. */
  public String label() {
    return label;
  }

  /** The category id in COCO files, from 1. */
  public int id() {
    return ordinal() + 1;
  }
}
