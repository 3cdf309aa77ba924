package dev.facet.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.bench.Report.OwnRow;
import dev.facet.bench.Report.Row;
import dev.facet.nn.Backend;
import dev.facet.nn.Backends;
import dev.facet.nn.Tensor;
import dev.facet.nn.onnx.Network;
import dev.facet.nn.onnx.OnnxRecorder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
  @Test
  void tableHasMediansSpreadsAndRatios() {
    Row forks =
        new Row(
            "a",
            2,
            1,
            400,
            Map.of(
                "facet", List.of(8.0, 10.0, 20.0),
                "onnxruntime", List.of(20.0, 30.0),
                "pytorch", List.of(5.0)),
            "0123abcd");
    Row failed = new Row("b", 1, 1, Double.NaN, Map.of("facet", List.of(10.0)), "89abcdef");
    assertThat(Report.table(List.of(forks, failed)).lines())
        .containsExactly(
            "| network | threads | Facet, ms | GFLOP/s | of peak | ONNX Runtime, ms | ratio | PyTorch, ms | ratio | checksum |",
            "|---|---|---|---|---|---|---|---|---|---|",
            "| a | 2 | 10.0 (8.00 to 20.0) | 200 | 50 % | 25.0 (20.0 to 30.0) | **2.50** | 5.00 | **0.50** | 0123abcd |",
            "| b | 1 | 10.0 | 200 | - | failed | - | failed | - | 89abcdef |");
    assertThat(forks.isComplete()).isTrue();
    assertThat(failed.isComplete()).isFalse();
  }

  @Test
  void ownRowsHaveMediansAndChecksums() {
    OwnRow row =
        new OwnRow("Entropy encode", "rows = ALL_ROWS", List.of(8.0, 10.0, 20.0), "ops/us", "0a");
    assertThat(Report.ownTable(List.of(row)).lines())
        .last()
        .isEqualTo("| Entropy encode | rows = ALL_ROWS | 10.0 (8.00 to 20.0) | ops/us | 0a |");
  }

  @Test
  void checksumsAreThoseOfTheForksOfABenchmark() {
    String output =
        """
        # Benchmark: a.B.run
        # Parameters: (x = 1, y = z)
        # Warmup Iteration   1: checksum 00000001
        3 boxes, checksum 00000002
        # Benchmark: a.C.run
        checksum 00000003
        checksum 00000003
        """;
    assertThat(Report.checksums(output))
        .isEqualTo(
            Map.of(
                "a.B.run (x = 1, y = z)",
                Set.of("00000001", "00000002"),
                "a.C.run",
                Set.of("00000003")));
  }

  @Test
  void onlyThePlaceBetweenTheMarksChanges() {
    String document = "before\n" + Report.BEGIN + "\nold\n" + Report.END + "\nafter\n";
    String written = Report.replaced(document, "new");
    assertThat(written).isEqualTo(document.replace("old", "new"));
    assertThat(Report.replaced(written, "new")).isEqualTo(written);
    assertThatThrownBy(() -> Report.replaced("nothing", "new"))
        .hasMessageContaining("no place for the table");
  }

  /** The shapes of the benchmark, with sides that a test can afford. */
  @ParameterizedTest
  @ValueSource(
      strings = {"3x3 s1 16-16 9px", "5x5 s2 3-4 8px", "1x1 s1 3-4 5px", "3x3 s1 16-16 6px r2"})
  void onnxRuntimeComputesTheSameConvolution(String shape) throws Exception {
    Network.Builder network = PeerConvolutionBenchmark.network(shape);
    var port = OnnxRecorder.record(network).inputs().getFirst();
    Tensor x = Tensor.zeros(port.height(), port.width(), port.channels());
    Random random = new Random(1);
    for (int i = 0; i < x.data().length; i++) {
      x.data()[i] = (float) random.nextGaussian();
    }
    Tensor expected;
    try (Backend backend = Backends.open("scalar", 1)) {
      expected = network.on(backend).function().apply(List.of(x)).getFirst();
    }
    try (Peer peer = Peer.open("onnxruntime", network, List.of(x), 1)) {
      Tensor actual = peer.outputs().getFirst();
      assertThat(actual.sameShape(expected)).isTrue();
      for (int i = 0; i < expected.data().length; i++) {
        assertThat((double) actual.data()[i])
            .isCloseTo(expected.data()[i], org.assertj.core.data.Offset.offset(1e-4));
      }
    }
    assertThatThrownBy(() -> PeerConvolutionBenchmark.network("3,3"))
        .hasMessageContaining("is not of the form");
  }
}
