package dev.facet.eval.scenes;

import java.util.SplittableRandom;

/** The random choices of a scene. Its parts take {@link #split} ones, so that a change in one part does not change the others. */
final class Dice {
  private final SplittableRandom random;

  private Dice(SplittableRandom random) {
    this.random = random;
  }

  /** Choices that depend on these two numbers only. */
  static Dice of(long seed, long index) {
    return new Dice(
        new SplittableRandom(
            new SplittableRandom(seed).nextLong() ^ new SplittableRandom(~index).nextLong()));
  }

  Dice split() {
    return new Dice(random.split());
  }

  long next() {
    return random.nextLong();
  }

  double uniform(double low, double high) {
    return low + random.nextDouble() * (high - low);
  }

  /** {@code low} to {@code high}, both inclusive. */
  int integer(int low, int high) {
    return random.nextInt(low, high + 1);
  }

  /** Each octave is as likely as any other. */
  double logUniform(double low, double high) {
    return low * StrictMath.exp(random.nextDouble() * StrictMath.log(high / low));
  }

  /** Mean 0. */
  double normal(double deviation) {
    return deviation * random.nextGaussian();
  }

  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  int sign() {
    return random.nextBoolean() ? 1 : -1;
  }

  @SafeVarargs
  final <T> T pick(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of some colours, each 0xrrggbb. */
  Tint tint(int... colours) {
    return Tint.rgb(colours[random.nextInt(colours.length)]);
  }

  /** The number of a weight, chosen in proportion. */
  int weighted(double... weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight;
    }
    double left = random.nextDouble() * sum;
    for (int i = 0; i < weights.length - 1; i++) {
      left -= weights[i];
      if (left < 0) {
        return i;
      }
    }
    return weights.length - 1;
  }
}
