package dev.facet.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What the project asks of its speed and memory, and whether a report shows it. A bar over several rows counts the worst.
 *
 * @param format of the limit and of the values
 * @param values by row, NaN where a row was not measured
 */
record Bar(String what, boolean atLeast, double limit, String format, Map<String, Double> values) {
  static List<Bar> of(List<Job> jobs, Results results) {
    List<Bar> bars = new ArrayList<>();
    Rows rows = new Rows(jobs, results);
    Predicate<Job> networks = job -> job.row().equals(Plan.G_A) || job.row().equals(Plan.G_S);
    bars.add(
        atLeast(
            "3x3 s1 convolutions (Winograd), ONNX Runtime's time / Facet's",
            2.5,
            "%.2fx",
            rows.each(Plan::isWinograd, job -> rows.ratio(job, Job.ONNX_RUNTIME))));
    bars.add(
        atLeast(
            "stride-2 convolutions (direct), share of the fma peak",
            80,
            "%.0f %%",
            rows.each(Plan::isDirect, rows::percentOfPeak)));
    bars.add(
        atLeast(
            "stride-2 convolutions (direct), ONNX Runtime's time / Facet's",
            0.9,
            "%.2fx",
            rows.each(Plan::isDirect, job -> rows.ratio(job, Job.ONNX_RUNTIME))));
    bars.add(
        atLeast(
            "g_a and g_s, M = 128, ONNX Runtime's time / Facet's",
            2,
            "%.2fx",
            rows.each(networks, job -> rows.ratio(job, Job.ONNX_RUNTIME))));
    bars.add(
        atLeast(
            "encode, M = 128, the PyTorch reference's time / Facet's",
            3,
            "%.2fx",
            rows.one(Plan.ENCODE, job -> rows.median(Plan.REFERENCE, "encode") / rows.time(job))));
    bars.add(
        atLeast(
            "decode, M = 128, the PyTorch reference's time / Facet's",
            4,
            "%.2fx",
            rows.one(Plan.DECODE, job -> rows.median(Plan.REFERENCE, "decode") / rows.time(job))));
    bars.add(
        atLeast(
            "encode, M = 128, one thread's time / two threads'",
            1.8,
            "%.2fx",
            rows.one(Plan.ENCODE_TWO, job -> rows.time(Plan.ENCODE) / rows.time(job))));
    bars.add(
        atLeast(
            "decode, M = 128, one thread's time / two threads'",
            1.8,
            "%.2fx",
            rows.one(Plan.DECODE_TWO, job -> rows.time(Plan.DECODE) / rows.time(job))));
    bars.add(
        atMost(
            "context-model loop of a decoder, M = 128",
            30,
            "%.3g ms",
            rows.one(Plan.CONTEXT_LOOP, rows::time)));
    bars.add(
        atLeast(
            "rANS decoding, a table row for each symbol",
            100,
            "%.0f M/s",
            rows.each(Plan.RANS_DECODE::contains, job -> rows.median(job, Figure.SPEED))));
    bars.add(
        atLeast(
            "rANS encoding",
            60,
            "%.0f M/s",
            rows.each(Plan.RANS_ENCODE::contains, job -> rows.median(job, Figure.SPEED))));
    bars.add(
        atLeast(
            "decode without the incubator module, speed of SIMD's",
            25,
            "%.0f %%",
            rows.one(Plan.DECODE_SCALAR, job -> 100 * rows.time(Plan.DECODE) / rows.time(job))));
    bars.add(
        atMost(
            "`./facet decode` of a small stream, cold, the shipped pack",
            1000,
            "%.0f ms",
            rows.one(Plan.START_UP, rows::time)));
    bars.add(
        atMost(
            "the same, resident set",
            300,
            "%.0f MiB",
            rows.one(Plan.START_UP, job -> rows.median(job, "peak resident set"))));
    bars.add(
        atMost(
            "decode, M = 128, resident set",
            700,
            "%.0f MiB",
            rows.one(Plan.MEMORY, job -> rows.median(job, "peak resident set"))));
    bars.add(
        atMost(
            "decode, M = 128, allocated besides the pyramid, of its size",
            10,
            "%.0f %%",
            rows.one(
                Plan.DECODE,
                job -> 100 * (rows.median(job, "allocated") / rows.median(job, "pyramid") - 1))));
    return bars;
  }

  private static Bar atLeast(String what, double limit, String format, Map<String, Double> values) {
    return new Bar(what, true, limit, format, values);
  }

  private static Bar atMost(String what, double limit, String format, Map<String, Double> values) {
    return new Bar(what, false, limit, format, values);
  }

  /** A line of a Markdown table: what, bar, figure, verdict. */
  String line() {
    Map<String, Double> measured = new LinkedHashMap<>(values);
    measured.values().removeIf(value -> Double.isNaN(value));
    int missing = values.size() - measured.size();
    String bar = (atLeast ? ">= " : "<= ") + formatted(limit);
    if (measured.isEmpty()) {
      return String.format("| %s | %s | not measured | - |%n", what, bar);
    }
    Map.Entry<String, Double> worst =
        measured.entrySet().stream()
            .reduce((a, b) -> (a.getValue() > b.getValue()) == atLeast ? b : a)
            .orElseThrow();
    boolean met = atLeast ? worst.getValue() >= limit : worst.getValue() <= limit;
    String figure = formatted(worst.getValue());
    if (values.size() > 1) {
      figure += ", the worst of " + measured.size() + ": " + worst.getKey();
    }
    String verdict = met ? "met" : "**not met**";
    if (missing > 0) {
      verdict += ", " + missing + " not measured";
    }
    return String.format("| %s | %s | %s | %s |%n", what, bar, figure, verdict);
  }

  private String formatted(double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** Values of rows. */
  record Rows(List<Job> jobs, Results results) {
    /** Of Facet's jobs on one thread that have a property. */
    Map<String, Double> each(Predicate<Job> wanted, ToDoubleFunction<Job> value) {
      Map<String, Double> values = new LinkedHashMap<>();
      jobs.stream()
          .filter(job -> job.side().equals(Job.FACET) && job.threads() == 1 && wanted.test(job))
          .forEach(job -> values.put(job.row(), value.applyAsDouble(job)));
      return values;
    }

    Map<String, Double> one(Job job, ToDoubleFunction<Job> value) {
      return Map.of(job.row(), value.applyAsDouble(job));
    }

    double median(Job job, String name) {
      OptionalDouble median = results.median(job, name);
      return median.orElse(Double.NaN);
    }

    double time(Job job) {
      return median(job, Figure.TIME);
    }

    /** A peer's time divided by Facet's on the same row. */
    double ratio(Job facet, String peer) {
      return jobs.stream()
          .filter(job ->
              job.row().equals(facet.row())
                  && job.threads() == facet.threads()
                  && job.side().equals(peer))
          .mapToDouble(job -> time(job) / time(facet))
          .findFirst()
          .orElse(Double.NaN);
    }

    /** NaN for a network of no convolutions, whose work is not counted. */
    double gflops(Job job) {
      double gmac = median(job, "work");
      return gmac == 0 ? Double.NaN : 2e3 * gmac / time(job);
    }

    double percentOfPeak(Job job) {
      Job peak = job.threads() == 1 ? Plan.PEAK : Plan.PEAK_TWO;
      return 100 * gflops(job) / median(peak, Figure.SPEED);
    }
  }
}
