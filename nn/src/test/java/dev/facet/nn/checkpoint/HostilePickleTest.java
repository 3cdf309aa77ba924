package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pickles that would run code, loop, nest, or unfold to more than memory holds. */
class HostilePickleTest {
  private static final byte[] SIX = Pickles.floats(ByteOrder.LITTLE_ENDIAN, Samples.VALUES);

  private static Checkpoint read(byte[] pickle) throws CheckpointException {
    return Checkpoint.read("x", Pickles.torchZip(pickle, Map.of("0", SIX)), Limits.DEFAULT);
  }

  private static void assertRefused(byte[] pickle, String message) {
    assertThatThrownBy(() -> read(pickle))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
    assertThatThrownBy(() ->
            Checkpoint.read(
                "x", Pickles.legacy(pickle, Map.of("0", Samples.VALUES)), Limits.DEFAULT))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(message);
  }

  private static Pickles tensor(Pickles p) {
    return p.tensor("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {3, 1});
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "nt, system",
    "builtins, eval",
    "__builtin__, exec",
    "subprocess, Popen",
    "torch, load",
    "torch.hub, load",
    "collections, namedtuple",
    "copyreg, _reconstructor",
    "functools, partial",
    "numpy.core.multiarray, _reconstruct",
    "torch._utils, _rebuild_sparse_tensor",
    "__main__, Model"
  })
  void callsAreRefused(String module, String name) {
    byte[] reduce = new Pickles().global(module, name).text("x").op(0x85, 'R').stop();
    assertThatThrownBy(() -> read(reduce))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("refused");
    byte[] stackGlobal =
        new Pickles(4).text(module).text(name).op(0x93).text("x").op(0x85, 'R').stop();
    assertRefused(stackGlobal, "refused");
    byte[] newObject = new Pickles().global(module, name).text("x").op(0x85, 0x81).stop();
    assertRefused(newObject, "refused");
    byte[] viaSubclass =
        new Pickles()
            .global("torch._tensor", "_rebuild_from_type_v2")
            .op('(')
            .global(module, name)
            .global("a", "b")
            .text("x")
            .op(0x85, 'N', 't', 'R')
            .stop();
    assertThatThrownBy(() -> read(viaSubclass)).isInstanceOf(CheckpointException.class);
  }

  @Test
  void objectsAndInstancesAreRefused() {
    assertRefused(new Pickles().ops("(cos\nsystem\no").stop(), "object of a class");
    assertRefused(new Pickles().ops("(ios\nsystem\n").stop(), "object of a class");
    assertRefused(new Pickles().ops("Pos\n").stop(), "not supported");
    assertRefused(new Pickles().op(0x82, 1).stop(), "not supported");
    assertRefused(new Pickles().op('}').text("x").op(0x85, 'R').stop(), "calls something");
    assertRefused(new Pickles().global("os", "system").op('}', 'b').stop(), "sets the state");
  }

  @Test
  void namesThatAreNeverCalledAreHarmless() throws CheckpointException {
    byte[] pickle =
        tensor(new Pickles().op('}').text("f").global("os", "system").op('s').text("w"))
            .op('s')
            .stop();
    assertThat(read(pickle).names()).containsExactly("w");
  }

  @Test
  void cyclesAreRefused() {
    byte[] list = new Pickles().op(']', 'q', 0, 'h', 0, 'a').stop();
    assertRefused(list, "holds itself");
    byte[] dict = new Pickles().op('}', 'q', 0).text("a").op('h', 0, 's').stop();
    assertRefused(dict, "holds itself");
    byte[] wrapper = new Pickles().op('}', 'q', 0).text("model").op('h', 0, 's').stop();
    assertRefused(wrapper, "holds itself");
  }

  @Test
  void deepNestsAreRefused() {
    Pickles deep = new Pickles();
    for (int i = 0; i < 100_000; i++) {
      deep.op(')');
      if (i > 0) {
        deep.op(0x86);
      }
    }
    assertRefused(deep.stop(), "nested deeper than 64");
    Pickles lists = new Pickles();
    for (int i = 0; i < 100_000; i++) {
      lists.op(']');
    }
    for (int i = 1; i < 100_000; i++) {
      lists.op('a');
    }
    assertRefused(lists.stop(), "nested deeper than 64");
  }

  @Test
  void billionLaughsAreNotFunny() {
    Pickles barren = new Pickles().op(']', 'q', 0);
    Pickles fertile = tensor(new Pickles()).op('q', 0);
    for (int i = 0; i < 50; i++) {
      barren.op('h', i, 'h', i, 0x86, 'q', i + 1);
      fertile.op('h', i, 'h', i, 0x86, 'q', i + 1);
    }
    assertRefused(barren.stop(), "holds no tensors");
    assertThatThrownBy(() -> read(fertile.stop())).hasMessageContaining("more than 65536 tensors");
  }

  @Test
  void oneTensorBetweenManyItemsIsNotSearchedForEver() {
    // 60 000 references to one list of 300 000 numbers and a tensor: 18 thousand million items.
    Pickles p = new Pickles().op('}', ']', '(');
    for (int i = 0; i < 300_000; i++) {
      p.op('N');
    }
    tensor(p).op('e', 'q', 0, '0');
    for (int i = 0; i < 60_000; i++) {
      p.integer(i).op('h', 0, 's');
    }
    assertThatThrownBy(() -> read(p.stop())).isInstanceOf(CheckpointException.class);
  }

  @Test
  void objectsAreCounted() {
    for (String op : new String[] {"}", "]", ")", "N", "(", "2", "cabc\ndef\n"}) {
      byte[] pickle = new Pickles().op('N').ops(op.repeat(2_000_000)).stop();
      assertRefused(pickle, "more than 1000000 objects");
    }
    Pickles appended = new Pickles().op(']', 'q', 0, '0', ']');
    for (int i = 0; i < 600_000; i++) {
      appended.op('h', 0, 'a');
    }
    assertRefused(appended.stop(), "more than 1000000 objects");
  }

  @Test
  void repeatedCopiesAreCounted() {
    // A megabyte of text, encoded to bytes again and again: five bytes of pickle a copy.
    Pickles bytes = new Pickles().text("a".repeat(1 << 20)).op(0x85, 'q', 0, '0', ']');
    bytes.global("_codecs", "encode").op('q', 1, '0');
    Pickles dicts = new Pickles().op('}', '(');
    for (int i = 0; i < 50_000; i++) {
      dicts.integer(i).op('N');
    }
    dicts.op('u', 0x85, 'q', 0, '0', ']').global("collections", "OrderedDict").op('q', 1, '0');
    Pickles ranks = new Pickles().op('(');
    for (int i = 0; i < 50_000; i++) {
      ranks.op('K', 1);
    }
    ranks.op('t', 'q', 2, '0', '(').storage("FloatStorage", "0", 6).op('K', 0, 'h', 2, 'h', 2, 't');
    ranks.op('q', 0, '0', ']').global("torch._utils", "_rebuild_tensor").op('q', 1, '0');
    for (int i = 0; i < 20_000; i++) {
      bytes.op('h', 1, 'h', 0, 'R', 'a');
      dicts.op('h', 1, 'h', 0, 'R', 'a');
      ranks.op('h', 1, 'h', 0, 'R', 'a');
    }
    assertRefused(bytes.stop(), "more than 1000000 objects");
    assertRefused(dicts.stop(), "more than 1000000 objects");
    assertRefused(ranks.stop(), "50000 dimensions");
  }

  @Test
  void hostileLengthsAndIndexesAreRefused() {
    for (int op : new int[] {'X', 'T', 'B', 0x8b}) {
      for (int length : new int[] {0x7FFF_FFFF, -1, 0x1000_0000}) {
        byte[] pickle = new Pickles().op(op).i32(length).stop();
        assertThatThrownBy(() -> read(pickle)).isInstanceOf(CheckpointException.class);
      }
    }
    for (int op : new int[] {0x8d, 0x8e, 0x95, 0x96}) {
      byte[] pickle = new Pickles(5).op(op).i32(-1).i32(0x7FFF_FFFF).stop();
      assertThatThrownBy(() -> read(pickle)).isInstanceOf(CheckpointException.class);
    }
    assertRefused(new Pickles().op('N', 'r').i32(0x7FFF_FFFF).stop(), "too large");
    assertRefused(new Pickles().op('N', 'r').i32(-1).stop(), "too large");
    assertRefused(new Pickles().op('j').i32(5).stop(), "never stored");
    assertRefused(new Pickles().op('t').stop(), "needs a mark");
    assertRefused(new Pickles().op('0').stop(), "nothing on the stack");
    assertRefused(new Pickles().op('N', '(', 0x85).stop(), "nothing on the stack");
    assertRefused(new Pickles().op('}', '(', 'N', 'u').stop(), "without a value");
    assertRefused(new Pickles().op('X').i32(1).op(0xFF).stop(), "not UTF-8");
    assertRefused(new Pickles().op('N').stop(), "holds no tensors");
  }

  @ParameterizedTest
  @CsvSource({
    "7, 0, 6, 1", // more stored than there is
    "6, 0, 7, 1",
    "6, 1, 6, 1",
    "6, -1, 6, 1",
    "6, 2147483647, 6, 1",
    "6, 0, 6, 2",
    "6, 0, 2147483647, 2147483647",
    "6, 0, 2, -1",
    "6, 0, -6, 1",
    "2147483647, 0, 6, 1",
    "-1, 0, 6, 1",
    "6, 6, 1, 1",
    "6, 0, 2147483647, 0", // expand(): 8 GiB out of 24 bytes
    "6, 0, 100000000, 0",
  })
  void viewsThatLeaveTheirStorageAreRefused(int stored, int offset, int size, int stride) {
    byte[] pickle =
        new Pickles()
            .tensor("FloatStorage", "0", stored, offset, new int[] {size}, new int[] {stride})
            .stop();
    assertThatThrownBy(() -> read(pickle)).isInstanceOf(CheckpointException.class);
  }

  @Test
  void otherShapesAreRefused() {
    assertRefused(
        new Pickles().tensor("FloatStorage", "0", 6, 0, new int[] {2, 3}, new int[] {1}).stop(),
        "2 sizes, but 1 strides");
    int[] huge = {2147483647, 2147483647, 2147483647, 2147483647, 2147483647};
    assertRefused(
        new Pickles().tensor("FloatStorage", "0", 6, 0, huge, new int[5]).stop(), "tensor value");
    assertThatThrownBy(() ->
            read(
                new Pickles()
                    .tensor("ComplexFloatStorage", "0", 3, 0, new int[] {3}, new int[] {1})
                    .stop()))
        .hasMessageContaining("ComplexFloatStorage");
    assertThatThrownBy(() ->
            read(
                new Pickles()
                    .tensor("FloatStorage", "1", 6, 0, new int[] {6}, new int[] {1})
                    .stop()))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void manyExpandedTensorsAreRefused() {
    Pickles p = new Pickles().op(']');
    for (int i = 0; i < 20; i++) {
      p.tensor("FloatStorage", "0", 6, 0, new int[] {1 << 20}, new int[] {0}).op('a');
    }
    assertThatThrownBy(() -> read(p.stop())).hasMessageContaining("save them without expand()");
  }

  @Test
  void nestedContainersGetDottedNames() throws CheckpointException {
    Pickles p = new Pickles().op('}').text("enc").op('}').text("w");
    tensor(p).op('s', 's').text("list").op(']');
    byte[] pickle = tensor(p).op('a', 's').stop();
    assertThat(read(pickle).names()).containsExactly("enc.w", "list.0");
  }

  @Test
  void wrappersAndDataParallelAreRemoved() throws CheckpointException {
    Pickles p = new Pickles().op('}').text("epoch").op('K', 3, 's').text("model").op('}');
    byte[] pickle = tensor(p.text("module.w")).op('s', 's').stop();
    assertThat(read(pickle).names()).containsExactly("w");
    Pickles q = new Pickles().op('}').text("net").op('}').text("state_dict").op('}');
    byte[] twice = tensor(q.text("w")).op('s', 's', 's').stop();
    assertThat(read(twice).names()).containsExactly("w");
    // Not all names have it, so it is part of the names.
    Pickles r = tensor(new Pickles().op('}').text("module.w")).op('s').text("b");
    assertThat(read(tensor(r).op('s').stop()).names()).containsExactly("module.w", "b");
  }

  @Test
  void newerTensorsAreRead() throws CheckpointException {
    // _rebuild_tensor_v3 on an untyped storage of 24 bytes, as for uint16.
    Pickles p = new Pickles(4).global("torch._utils", "_rebuild_tensor_v3").op('(', '(');
    p.text("storage").global("torch.storage", "UntypedStorage").text("0").text("cpu").integer(24);
    p.op('t', 'Q', 'K', 1).tuple(2, 2).tuple(2, 1).op(0x89);
    p.global("collections", "OrderedDict").op(')', 'R').global("torch", "uint16").op('t', 'R');
    CheckpointTensor tensor = read(p.stop()).get("value");
    assertThat(tensor.dtype()).isEqualTo(DType.U16);
    assertThat(tensor.ints()).containsExactly(0x3F80, 0, 0x4000, 0);
  }

  @Test
  void legacyViewsOfStoragesAreRead() throws CheckpointException {
    Pickles p = new Pickles().global("torch._utils", "_rebuild_tensor").op('(', '(');
    p.text("storage").global("torch", "FloatStorage").text("0").text("cpu").integer(6);
    p.op('(').text("v").integer(2).integer(3).op('t', 't', 'Q', 'K', 1).tuple(2).tuple(1);
    byte[] file = Pickles.legacy(p.op('t', 'R').stop(), Map.of("0", Samples.VALUES));
    assertThat(Checkpoint.read("x", file, Limits.DEFAULT).floats("value", 2)).containsExactly(4, 5);
  }

  @Test
  void legacyStorageListMustFit() {
    Map<String, float[]> two = new LinkedHashMap<>();
    two.put("0", Samples.VALUES);
    two.put("1", Samples.VALUES);
    assertThatThrownBy(() -> Samples.readAll(Pickles.legacy(Pickles.simple(), two)))
        .hasMessageContaining("does not fit the pickled object");
    assertThatThrownBy(() -> Samples.readAll(Pickles.legacy(Pickles.simple(), new HashMap<>())))
        .hasMessageContaining("missing or too short");
    assertThatThrownBy(
            () -> Samples.readAll(Pickles.legacy(Pickles.simple(), Map.of("0", new float[7]))))
        .hasMessageContaining("the pickle says 6");
    assertThatThrownBy(() -> Samples.readAll(new Pickles().op('}').ops("        ").stop()))
        .isInstanceOf(CheckpointException.class);
  }

  @Test
  void torchScriptIsRefused() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("m/data.pkl", Pickles.simple());
    entries.put("m/constants.pkl", new byte[2]);
    assertThatThrownBy(() -> Samples.readAll(Pickles.zip(entries, ZipEntry.STORED)))
        .hasMessageContaining("TorchScript");
  }
}
