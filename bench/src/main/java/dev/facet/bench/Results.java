package dev.facet.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/** All measurements of a report, by job. */
final class Results {
  private final Map<String, List<Measurement>> byJob = new LinkedHashMap<>();

  /**
   * A number in all forks.
   *
   * @param values in ascending order, at least one
   */
  record Sample(List<Double> values, String unit) {
    double median() {
      int n = values.size();
      return (values.get((n - 1) / 2) + values.get(n / 2)) / 2;
    }

    /** Median (lowest to highest). */
    @Override
    public String toString() {
      String text = format("%.3g", median());
      return values.size() == 1
          ? text
          : text + format(" (%.3g to ", values.getFirst()) + format("%.3g)", values.getLast());
    }

    private static String format(String format, double value) {
      // %.3g writes 2360 as 2.36e+03
      return Math.abs(value) >= 1000
          ? String.format(Locale.ROOT, format.replace("%.3g", "%.0f"), value)
          : String.format(Locale.ROOT, format, value);
    }
  }

  void add(Measurement measurement) {
    byJob.computeIfAbsent(measurement.job(), key -> new ArrayList<>()).add(measurement);
  }

  List<Measurement> of(Job job) {
    return byJob.getOrDefault(job.key(), List.of());
  }

  /** The numbers that forks of a job found under a name; empty if none did. */
  Optional<Sample> sample(Job job, String name) {
    List<Double> values = new ArrayList<>();
    String unit = "";
    for (Measurement measurement : of(job)) {
      for (Figure figure : measurement.figures()) {
        if (figure.isNumber() && figure.name().equals(name)) {
          values.add(figure.number());
          unit = figure.unit();
        }
      }
    }
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(new Sample(values.stream().sorted().toList(), unit));
  }

  /** The median of {@link #sample}. */
  OptionalDouble median(Job job, String name) {
    return sample(job, name).stream().mapToDouble(Sample::median).findFirst();
  }

  /** Names of the numbers that forks of a job found. */
  Set<String> names(Job job) {
    Set<String> names = new LinkedHashSet<>();
    of(job).stream()
        .flatMap(measurement -> measurement.figures().stream())
        .filter(Figure::isNumber)
        .forEach(figure -> names.add(figure.name()));
    return names;
  }

  /** The checksums of a job's forks: one, unless something is wrong. */
  Set<String> checksums(Job job) {
    Set<String> checksums = new LinkedHashSet<>();
    of(job).stream()
        .flatMap(measurement -> measurement.figures().stream())
        .filter(figure -> figure.name().equals(Figure.CHECKSUM))
        .forEach(figure -> checksums.add(figure.value()));
    return checksums;
  }

  /** Why a job has no figures at all; empty if it has, or was not tried. */
  Optional<String> failure(Job job) {
    List<Measurement> tried = of(job);
    return tried.stream().allMatch(Measurement::failed)
        ? tried.stream().map(Measurement::failure).findFirst()
        : Optional.empty();
  }

  /** Seconds that the job's last fork took. */
  OptionalDouble seconds(Job job) {
    return of(job).stream()
        .filter(measurement -> !measurement.failed())
        .mapToDouble(Measurement::seconds)
        .reduce((a, b) -> b);
  }
}
