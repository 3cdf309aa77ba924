package dev.facet.bench;

import dev.facet.bench.Job.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The rows of a report: each bar of the project's has one, and what it is made of. */
final class Plan {
  static final String FULL_SIZE = "200x304";
  static final String G_A = "ar128 g_a " + FULL_SIZE;
  static final String G_S = "ar128 g_s " + FULL_SIZE;

  static final Job PEAK = peak(1).inShort();
  static final Job PEAK_TWO = peak(2);

  static final Job ENCODE = codec("ar128", "encode", 1, new Timing(6, 4, 0, 15)).inShort();
  static final Job DECODE = codec("ar128", "decode", 1, new Timing(3, 3, 0, 30)).inShort();
  static final Job ENCODE_TWO = codec("ar128", "encode", 2, new Timing(6, 4, 0, 12));
  static final Job DECODE_TWO = codec("ar128", "decode", 2, new Timing(3, 3, 0, 20)).inShort();
  static final Job DECODE_SCALAR =
      named(codec("ar128", "decode", 1, new Timing(1, 2, 0, 35)), "ar128 decode, scalar backend")
          .with(Job.SCALAR);
  static final Job REFERENCE =
      new Job(
          "ar128, published implementation",
          1,
          Job.REFERENCE,
          ReferenceBenchmark.class,
          "run",
          Map.of("threads", "1"),
          new Timing(0, 1, 0, 45),
          List.of(),
          false);
  static final Job MEMORY =
      own(
          "ar128 decode in a small JVM",
          1,
          MemoryBenchmark.class,
          "decode",
          Map.of(),
          new Timing(0, 1, 0, 60));
  static final Job CONTEXT_LOOP =
      own(
              "ar128 context loop, 320 positions",
              1,
              LatentBenchmark.class,
              "decode",
              Map.of("model", "ar128", "threads", "1"),
              new Timing(4, 3, 500, 10))
          .inShort();
  static final List<Job> RANS_ENCODE = rans("encode");
  static final List<Job> RANS_DECODE = rans("decode");
  static final Job START_UP =
      own(
              "./facet decode, a process",
              1,
              StartupBenchmark.class,
              "decode",
              Map.of(),
              new Timing(2, 5, 0, 12))
          .inShort();

  private static final Timing SMALL = new Timing(3, 3, 300, 5);
  private static final Timing SMALL_PEER = new Timing(1, 3, 300, 4);

  private Plan() {}

  /** All jobs, in the order of a round. */
  static List<Job> jobs() {
    List<Job> jobs = new ArrayList<>(List.of(PEAK, PEAK_TWO));
    for (int channels : new int[] {128, 192, 256}) {
      for (int side : new int[] {32, 64, 128}) {
        String shape = "3x3 s1 " + channels + "-" + channels + " " + side + "px";
        List<String> peers = side == 64 ? Job.PEERS : List.of(Job.ONNX_RUNTIME);
        jobs.addAll(shape(shape, peers, channels == 128 && side == 64));
      }
    }
    jobs.addAll(shape("3x3 s2 256-128 128px", Job.PEERS, true));
    jobs.addAll(shape("5x5 s2 256-256 128px", Job.PEERS, true));
    jobs.addAll(shape("1x1 s1 128-128 64px", Job.PEERS, false));
    jobs.addAll(shape("3x3 s1 128-512 64px r2", Job.PEERS, false));
    for (int threads : new int[] {1, 2}) {
      boolean one = threads == 1;
      jobs.addAll(network(G_A, threads, new Timing(6, 4, 1, 9), new Timing(1, 2, 1, 9), one));
      jobs.addAll(
          network(
              G_S,
              threads,
              new Timing(3, 2, 1, one ? 25 : 15),
              new Timing(0, 2, 1, one ? 35 : 25),
              false));
      jobs.addAll(network("scenes backbone 512x512", threads, SMALL, SMALL_PEER, false));
      jobs.addAll(network("scenes g_s 40x48", threads, SMALL, SMALL_PEER, one));
    }
    for (String row : List.of("scenes g_a 40x48", "scenes attention 64x64", "scenes gdn 64x64")) {
      jobs.addAll(network(row, 1, SMALL, SMALL_PEER, false));
    }
    jobs.addAll(List.of(REFERENCE, ENCODE, DECODE, ENCODE_TWO, DECODE_TWO, DECODE_SCALAR));
    jobs.add(codec("ar192", "decode", 1, new Timing(3, 2, 0, 30)));
    jobs.add(codec("scenes", "encode", 1, new Timing(20, 20, 0, 6)));
    jobs.add(codec("scenes", "decode", 1, new Timing(20, 20, 0, 6)));
    jobs.add(MEMORY);
    jobs.add(CONTEXT_LOOP);
    jobs.add(
        own(
            "64 Gaussian tables",
            1,
            LatentBenchmark.class,
            "tables",
            Map.of("model", "scenes", "threads", "1"),
            SMALL));
    jobs.addAll(RANS_ENCODE);
    jobs.addAll(RANS_DECODE);
    jobs.add(
        own(
            "scenes detection head",
            1,
            HeadBenchmark.class,
            "detect",
            Map.of("pack", "scenes", "threads", "1"),
            SMALL));
    jobs.add(START_UP);
    return jobs;
  }

  /** Rows of convolutions that are computed by Winograd, of the shapes that DRNet has. */
  static boolean isWinograd(Job job) {
    return job.row().startsWith("3x3 s1") && !job.row().contains(" r");
  }

  /** Rows of convolutions of stride 2. */
  static boolean isDirect(Job job) {
    return job.row().matches("\\dx\\d s2 .*");
  }

  /** Whether a job's own time means something: not that of processes that find figures by themselves. */
  static boolean isTimed(Job job) {
    return !job.equals(REFERENCE) && !job.equals(MEMORY);
  }

  /** Whether one fork says it all: a heap is no time. */
  static boolean isConstant(Job job) {
    return job.equals(MEMORY);
  }

  private static Job own(
      String row,
      int threads,
      Class<?> benchmark,
      String method,
      Map<String, String> parameters,
      Timing timing) {
    return new Job(
        row, threads, Job.FACET, benchmark, method, parameters, timing, List.of(), false);
  }

  private static Job peak(int threads) {
    return own(
        "fma peak",
        threads,
        PeakBenchmark.class,
        "fma",
        Map.of("threads", Integer.toString(threads)),
        new Timing(2, 3, 300, 3));
  }

  private static Job codec(String model, String method, int threads, Timing timing) {
    return own(
        model + " " + method,
        threads,
        LmsfcBenchmark.class,
        method,
        Map.of("model", model, "threads", Integer.toString(threads)),
        timing);
  }

  private static Job named(Job job, String row) {
    return new Job(
        row,
        job.threads(),
        job.side(),
        job.benchmark(),
        job.method(),
        job.parameters(),
        job.timing(),
        job.jvmArgs(),
        job.brief());
  }

  private static List<Job> rans(String method) {
    return Stream.of(Symbols.RowSpread.values())
        .map(spread -> {
          Job job =
              own(
                  "rANS "
                      + method
                      + ", "
                      + spread.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                  1,
                  EntropyBenchmark.class,
                  method,
                  Map.of("rows", spread.name()),
                  new Timing(4, 4, 400, 5));
          return spread == Symbols.RowSpread.LOW_RATE ? job.inShort() : job;
        })
        .toList();
  }

  private static List<Job> shape(String shape, List<String> peers, boolean brief) {
    return beside(
        peers, PeerConvolutionBenchmark.class, "shape", shape, 1, SMALL, SMALL_PEER, brief);
  }

  private static List<Job> network(
      String network, int threads, Timing facet, Timing peer, boolean brief) {
    return beside(
        Job.PEERS, PeerNetworkBenchmark.class, "network", network, threads, facet, peer, brief);
  }

  private static List<Job> beside(
      List<String> peers,
      Class<?> benchmark,
      String parameter,
      String row,
      int threads,
      Timing facet,
      Timing peer,
      boolean brief) {
    return Stream.concat(Stream.of(Job.FACET), peers.stream())
        .map(side ->
            new Job(
                row,
                threads,
                side,
                benchmark,
                "run",
                Map.of(parameter, row, "peer", side, "threads", Integer.toString(threads)),
                side.equals(Job.FACET) ? facet : peer,
                List.of(),
                brief))
        .toList();
  }
}
