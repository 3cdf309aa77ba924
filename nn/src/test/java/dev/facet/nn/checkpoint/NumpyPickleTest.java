package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Dicts of NumPy arrays. The files {@code numpy-pN.pkl} were written by Python 3.11 and NumPy 1.24:
 *
 * <pre>pickle.dump({"model": {"w": np.arange(6, dtype="f4").reshape(2, 3), "f":
 * np.asfortranarray(np.arange(6, dtype="f8").reshape(2, 3)), "b": np.arange(3, dtype="&gt;i4"), "n":
 * np.array(7, dtype="i8")}, "__author__": "Facet"}, file, protocol=N)</pre>
 */
class NumpyPickleTest {
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void everyProtocolOfPython(int protocol) throws IOException {
    Checkpoint checkpoint =
        Checkpoint.read("numpy.pkl", resource("numpy-p" + protocol + ".pkl"), Limits.DEFAULT);
    assertThat(checkpoint.names()).containsExactly("w", "f", "b", "n");
    assertThat(checkpoint.floats("w", 2, 3)).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(checkpoint.get("f", 2, 3).doubles()).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(checkpoint.ints("b", 3)).containsExactly(0, 1, 2);
    assertThat(checkpoint.longs("n")).containsExactly(7);
  }

  @Test
  void arraysThatShareTheirDataCannotFillTheMemory() {
    // one array of 1 MiB under 2000 names
    byte[] data = new byte[1 << 20];
    Pickles p = new Pickles(3).op('}', '(').text("w0");
    p.global("numpy.core.multiarray", "_reconstruct").global("numpy", "ndarray");
    p.tuple(0).op('C', 1, 'b', 0x87, 'R', 'q', 1, '(').integer(1).tuple(1 << 18);
    p.global("numpy", "dtype").text("f4").op('K', 0, 'K', 1, 0x87, 'R', '(', 'K', 3).text("<");
    p.op('t', 'b', 0x89, 'B').i32(data.length);
    for (byte b : data) {
      p.op(b);
    }
    p.op('t', 'b');
    for (int i = 1; i < 2000; i++) {
      p.text("w" + i).op('h', 1);
    }
    byte[] file = p.op('u').stop();
    assertThatThrownBy(() -> Checkpoint.read("many", file, Limits.DEFAULT))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("more arrays than the file has data for");
  }

  @Test
  void otherPicklesAreNamed() {
    byte[] list = new Pickles(3).op(']').text("abcdefgh").op('a').stop();
    assertThatThrownBy(() -> Checkpoint.read("x", list, Limits.DEFAULT))
        .hasMessageContaining("neither of PyTorch nor a dict of NumPy arrays");
    byte[] dict = new Pickles(3).op('}').text("abcdefgh").op('N', 's').stop();
    assertThatThrownBy(() -> Checkpoint.read("x", dict, Limits.DEFAULT))
        .hasMessageContaining("without a dict of NumPy arrays");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(NumpyPickleTest.class.getResourceAsStream(name), name)) {
      return in.readAllBytes();
    }
  }
}
