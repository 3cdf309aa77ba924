package dev.facet.vision.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facet.nn.Tensor;
import dev.facet.vision.backbone.StagedNetwork.Stage;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagedNetworkTest {
  private final StagedNetwork network =
      new StagedNetwork(List.of(plus("one", 1), plus("two", 2)))
          .then(new StagedNetwork(List.of(plus("four", 4))));

  @Test
  void aCutBehindAStageLosesNothing() {
    assertThat(network.names()).containsExactly("one", "two", "four");
    Tensor x = Tensor.zeros(1, 1, 1);
    assertThat(network.apply(x).get(0, 0, 0)).isEqualTo(7);
    assertThat(network.until("two", x).get(0, 0, 0)).isEqualTo(3);
    assertThat(network.after("two", x).get(0, 0, 0)).isEqualTo(4);
    assertThat(network.after("four", x)).isSameAs(x);
  }

  @Test
  void anUnknownStageIsNamed() {
    assertThatThrownBy(() -> network.until("three", Tensor.zeros(1, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no stage three among [one, two, four]");
  }

  private static Stage plus(String name, float number) {
    return new Stage(
        name,
        x -> Tensor.of(x.height(), x.width(), x.channels(), new float[] {x.data()[0] + number}));
  }
}
