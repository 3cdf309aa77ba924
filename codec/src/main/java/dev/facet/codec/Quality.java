package dev.facet.codec;

import java.util.Locale;

/**
 * A quality on the continuous scale 0..Q-1 of a model pack: 0 is the smallest stream, Q-1 the best
 * features. Whole numbers are the levels the model was trained at; between them the gains are
 * interpolated. Streams hold it in steps of 1/32.
 *
 * <p>A pack without gain vectors has Q = 1: its only quality is 0.
 *
 * @param steps the level times {@link #STEPS}, at least 0
 */
public record Quality(int steps) implements Comparable<Quality> {
  /** Steps between two trained levels. */
  public static final int STEPS = 32;

  /** Largest level that a stream can hold. */
  public static final int MAX_LEVEL = 1023;

  /** Checks the range. */
  public Quality {
    if (steps < 0 || steps > MAX_LEVEL * STEPS) {
      throw new IllegalArgumentException(
          "quality " + steps / (double) STEPS + " is not in 0.." + MAX_LEVEL);
    }
  }

  /**
   * A quality.
   *
   * @param level rounded to the nearest step
   * @throws IllegalArgumentException if negative, not a number or above {@link #MAX_LEVEL}
   */
  public static Quality of(double level) {
    if (!(level >= 0 && level <= MAX_LEVEL)) {
      throw new IllegalArgumentException("quality " + level + " is not in 0.." + MAX_LEVEL);
    }
    return new Quality((int) Math.rint(level * STEPS));
  }

  /** The level, exactly. */
  public double level() {
    return steps / (double) STEPS;
  }

  /** The trained level at or below this. */
  public int floor() {
    return steps / STEPS;
  }

  /** Distance from {@link #floor()} in 0..1 (exclusive), exact in float32. */
  public float fraction() {
    return (steps % STEPS) / (float) STEPS;
  }

  /**
   * This, if the pack has it.
   *
   * @throws IllegalArgumentException if it is above the pack's Q - 1
   */
  public Quality requireIn(CodecConfig config) {
    if (steps > (config.qualities() - 1) * STEPS) {
      throw new IllegalArgumentException(
          config.qualities() == 1
              ? "quality " + this + " does not exist: this pack has quality 0 alone"
              : String.format(
                  Locale.ROOT,
                  "quality %s does not exist: this pack has 0 to %d",
                  this,
                  config.qualities() - 1));
    }
    return this;
  }

  @Override
  public int compareTo(Quality other) {
    return Integer.compare(steps, other.steps);
  }

  /** The level without needless zeros: {@code 4}, {@code 2.5}. */
  @Override
  public String toString() {
    return steps % STEPS == 0 ? Integer.toString(floor()) : Double.toString(level());
  }
}
