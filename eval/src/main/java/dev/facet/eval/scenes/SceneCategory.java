package dev.facet.eval.scenes;

/** The classes of objects. */
public enum SceneCategory {
  CAR(1, "car"),
  TRUCK(2, "truck"),
  BUS(3, "bus"),
  /** With its rider: one box around both. */
  BICYCLE(4, "bicycle"),
  PEDESTRIAN(5, "pedestrian"),
  /** The plate without its pole. */
  TRAFFIC_SIGN(6, "traffic sign");

  private final int id;
  private final String label;

  SceneCategory(int id, String label) {
    this.id = id;
    this.label = label;
  }

  /** The name in files. */
  public String label() {
    return label;
  }

  /** The category id in COCO files, from 1. */
  public int id() {
    return id;
  }
}
