package dev.facet.eval.experiment;

import java.util.List;
import java.util.Optional;

/** The experiments of the papers. */
public final class Experiments {
  private static final List<Experiment> ALL =
      List.of(
          new DistortionExperiment(),
          new RateFidelityExperiment(),
          new BdRateExperiment(),
          new NearLosslessExperiment(),
          new LayerwiseExperiment());

  private Experiments() {}

  /** All of them. */
  public static List<Experiment> all() {
    return ALL;
  }

  /** By name. */
  public static Optional<Experiment> find(String name) {
    return ALL.stream().filter(experiment -> experiment.name().equals(name)).findFirst();
  }
}
