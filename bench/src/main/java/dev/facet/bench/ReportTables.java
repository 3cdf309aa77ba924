package dev.facet.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A report in Markdown: the bars, networks beside their peers, and what Facet does alone. */
final class ReportTables {
  private final List<Job> jobs;
  private final Results results;
  private final Bar.Rows rows;

  ReportTables(List<Job> jobs, Results results) {
    this.jobs = jobs;
    this.results = results;
    this.rows = new Bar.Rows(jobs, results);
  }

  String bars() {
    StringBuilder text =
        new StringBuilder(
            "| bar (one thread where no other is named) | at | figure | |\n|---|---|---|---|\n");
    Bar.of(jobs, results).forEach(bar -> text.append(bar.line()));
    return text.toString();
  }

  /** Empty if no job has peers. */
  String peers() {
    StringBuilder text = new StringBuilder();
    for (Job job : jobs) {
      if (job.side().equals(Job.FACET) && hasPeers(job)) {
        text.append(peerLine(job));
      }
    }
    return text.isEmpty()
        ? ""
        : """
        | network | threads | Facet, ms | GFLOP/s | of peak | ONNX Runtime, ms | ratio | PyTorch, ms | ratio | checksum |
        |---|---|---|---|---|---|---|---|---|---|
        """
            + text;
  }

  /** Empty if all jobs have peers. */
  String alone() {
    StringBuilder text = new StringBuilder();
    for (Job job : jobs) {
      if (!Job.PEERS.contains(job.side()) && !hasPeers(job)) {
        text.append(aloneLines(job));
      }
    }
    return text.isEmpty()
        ? ""
        : "| | threads | median (lowest to highest fork) | unit | checksum |\n|---|---|---|---|---|\n"
            + text;
  }

  private boolean hasPeers(Job job) {
    return jobs.stream()
        .anyMatch(other -> other.row().equals(job.row()) && Job.PEERS.contains(other.side()));
  }

  private String peerLine(Job job) {
    StringBuilder text = new StringBuilder("| " + job.row() + " | " + job.threads());
    text.append(" | ").append(time(job));
    text.append(" | ").append(number("%.0f", rows.gflops(job)));
    text.append(" | ").append(number("%.0f %%", rows.percentOfPeak(job)));
    for (String peer : Job.PEERS) {
      Optional<Job> its =
          jobs.stream()
              .filter(other ->
                  other.row().equals(job.row())
                      && other.threads() == job.threads()
                      && other.side().equals(peer))
              .findFirst();
      text.append(" | ").append(its.map(this::time).orElse("-"));
      text.append(" | ").append(number("**%.2f**", rows.ratio(job, peer)));
    }
    return text.append(" | ").append(checksum(job)).append(" |\n").toString();
  }

  private String aloneLines(Job job) {
    Optional<String> failure = results.failure(job);
    if (failure.isPresent()) {
      return String.format(
          "| %s | %d | failed: %s | | |%n", job.row(), job.threads(), cell(failure.get()));
    }
    StringBuilder text = new StringBuilder();
    boolean first = true;
    for (String name : results.names(job)) {
      if (name.equals(Figure.TIME) && !Plan.isTimed(job)) {
        continue;
      }
      boolean plain = name.equals(Figure.TIME) || name.equals(Figure.SPEED);
      Results.Sample sample = results.sample(job, name).orElseThrow();
      text.append(
          String.format(
              "| %s | %d | %s | %s | %s |%n",
              plain ? job.row() : job.row() + ": " + name,
              job.threads(),
              sample,
              sample.unit(),
              first ? checksum(job) : ""));
      first = false;
    }
    return text.toString();
  }

  private String time(Job job) {
    return results
        .sample(job, Figure.TIME)
        .map(Results.Sample::toString)
        .orElseGet(() -> results.failure(job).map(why -> "failed: " + cell(why)).orElse("-"));
  }

  private String checksum(Job job) {
    return String.join(" or ", results.checksums(job));
  }

  private static String cell(String text) {
    return text.replace('|', '/');
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
