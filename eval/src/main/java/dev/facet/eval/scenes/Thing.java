package dev.facet.eval.scenes;

/**
 * A thing of a scene.
 *
 * @param id above 0, the same in every picture of a sequence
 * @param start where it is in the first picture
 * @param speed metres a second to its front
 */
record Thing(int id, Model model, Pose start, double speed) {
  Pose at(double seconds) {
    return speed == 0
        ? start
        : new Pose(
            start.point(Vec.of(0, 0, speed * seconds)), start.yaw(), start.sin(), start.cos());
  }

  Drawing draw(Camera camera, Light light, double seconds) {
    Brush brush = new Brush(camera, light, at(seconds));
    model.painter().paint(brush, speed * seconds);
    return brush.drawing();
  }
}
