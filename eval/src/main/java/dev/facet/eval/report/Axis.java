package dev.facet.eval.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A range of values, round at both ends, with ticks at round values. */
record Axis(double least, double most, boolean logarithmic, List<Double> ticks) {
  /** Ticks at 1, 2 or 5 times a power of ten, about {@code wanted} of them. */
  static Axis linear(double least, double most, int wanted) {
    double span = most > least ? most - least : Math.max(Math.abs(least), 1) * 0.1;
    double low = most > least ? least : least - span / 2;
    double step = Math.pow(10, Math.floor(Math.log10(span / wanted)));
    for (double factor : new double[] {2, 5, 10}) {
      if (span / step > wanted) {
        step = factor * Math.pow(10, Math.floor(Math.log10(span / wanted)));
      }
    }
    List<Double> ticks = new ArrayList<>();
    long first = (long) Math.floor(low / step + 1e-9);
    long last = Math.max(first + 1, (long) Math.ceil((low + span) / step - 1e-9));
    for (long k = first; k <= last; k++) {
      ticks.add(k * step);
    }
    return new Axis(first * step, last * step, false, ticks);
  }

  /** Ticks at 1, 2 and 5 times the powers of ten, or at these alone when there are more than two of them. */
  static Axis logarithmic(double least, double most) {
    List<Double> ticks = new ArrayList<>();
    double low = least / 1.15;
    double high = most * 1.15;
    boolean wide = Math.log10(high / low) > 2.5;
    for (int e = (int) Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
      for (double factor : wide ? new double[] {1} : new double[] {1, 2, 5}) {
        double tick = factor * Math.pow(10, e);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return new Axis(low, high, true, ticks);
  }

  /** Where a value lies, 0 at the least and 1 at the greatest. */
  double share(double value) {
    return logarithmic
        ? Math.log(value / least) / Math.log(most / least)
        : (value - least) / (most - least);
  }

  /** A tick for people: no more digits than it needs. */
  static String label(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e6)) {
      return String.format(Locale.ROOT, "%.3g", value);
    }
    String text = String.format(Locale.ROOT, size >= 1000 ? "%,.0f" : "%.5f", value);
    return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
  }
}
