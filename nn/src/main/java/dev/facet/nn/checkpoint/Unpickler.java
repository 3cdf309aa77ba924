package dev.facet.nn.checkpoint;

import dev.facet.nn.checkpoint.Pickled.Dict;
import dev.facet.nn.checkpoint.Pickled.Inert;
import dev.facet.nn.checkpoint.Pickled.NumpyArray;
import dev.facet.nn.checkpoint.Pickled.NumpyType;
import dev.facet.nn.checkpoint.Pickled.PyList;
import dev.facet.nn.checkpoint.Pickled.Storage;
import dev.facet.nn.checkpoint.Pickled.Symbol;
import dev.facet.nn.checkpoint.Pickled.Tensor;
import dev.facet.nn.checkpoint.Pickled.Tuple;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Python pickle (binary protocols 2 to 5) of containers, numbers, strings and torch tensors.
 *
 * <p>A pickle is a program for a stack machine whose REDUCE instruction calls any function of
 * Python. Here names stay labels ({@link Symbol}), and only the calls of {@link TorchCalls} are
 * evaluated, by our own code. Memory is bounded by a count of all objects made and references kept;
 * there is no recursion and no loop that does not consume input.
 */
final class Unpickler {
  // A training checkpoint of 2000 tensors with two Adam states makes about 250 000.
  private static final int MAX_OBJECTS = 1_000_000;
  private static final int LONGEST_INTEGER = 256;

  private final PickleInput in;
  private final List<@Nullable Object> stack = new ArrayList<>();
  private int[] marks = new int[16];
  private int markCount;
  private @Nullable Object[] memo = new Object[64];
  private int memoEnd;
  private int objects;

  private final Map<String, Storage> storages;

  private Unpickler(PickleInput in, Map<String, Storage> storages) {
    this.in = in;
    this.storages = storages;
  }

  /** Reads one pickle, leaving the input behind its STOP. */
  static @Nullable Object load(PickleInput in) throws CheckpointException {
    return load(in, new HashMap<>());
  }

  /** As {@link #load(PickleInput)}; every storage that the pickle names is added to the map. */
  static @Nullable Object load(PickleInput in, Map<String, Storage> storages)
      throws CheckpointException {
    return new Unpickler(in, storages).run();
  }

  private @Nullable Object run() throws CheckpointException {
    int first = in.u8();
    int protocol = in.u8();
    if (first != 0x80 || protocol < 2 || protocol > 5) {
      throw in.fault("is no pickle of protocol 2 to 5");
    }
    while (true) {
      int op = in.u8();
      if (op == '.') {
        return pop();
      }
      execute(op);
    }
  }

  private void execute(int op) throws CheckpointException {
    switch (op) {
      case 0x80 -> in.u8(); // PROTO
      case 0x95 -> in.length64(); // FRAME: a hint for buffering
      case '(' -> mark();
      case '0' -> popOrMark();
      case '1' -> popToMark();
      case '2' -> push(peek());
      case 'N' -> push(null);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'K' -> push((long) in.u8());
      case 'M' -> push((long) in.u16());
      case 'J' -> push((long) in.i32());
      case 0x8a -> push(integer(in.u8())); // LONG1
      case 0x8b -> push(integer(in.length32())); // LONG4
      case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.i64())));
      case 'U' -> push(latin1(in.u8())); // SHORT_BINSTRING, written by Python 2
      case 'T' -> push(latin1(in.length32())); // BINSTRING
      case 'X' -> push(in.utf8(in.length32()));
      case 0x8c -> push(in.utf8(in.u8()));
      case 0x8d -> push(in.utf8(in.length64()));
      case 'C' -> push(in.bytes(in.u8()));
      case 'B' -> push(in.bytes(in.length32()));
      case 0x8e, 0x96 -> push(in.bytes(in.length64())); // BINBYTES8, BYTEARRAY8
      case ')' -> push(new Tuple());
      case 0x85 -> push(new Tuple(pop()));
      case 0x86 -> pushTuple(2);
      case 0x87 -> pushTuple(3);
      case 't' -> push(new Tuple(popToMark()));
      case ']', 0x8f -> push(new PyList()); // EMPTY_LIST, EMPTY_SET
      case 'l', 0x91 -> pushList(popToMark()); // LIST, FROZENSET
      case 'a' -> append(pop());
      case 'e', 0x90 -> append(popToMark()); // APPENDS, ADDITEMS
      case '}' -> push(new Dict());
      case 'd' -> pushDict(popToMark());
      case 's' -> setItem();
      case 'u' -> setItems(popToMark());
      case 'c' -> push(new Symbol(in.line(), in.line()));
      case 0x93 -> stackGlobal();
      case 'R' -> call(false);
      case 0x81 -> call(true); // NEWOBJ
      case 0x92 -> { // NEWOBJ_EX: cls, args, kwargs
        pop();
        call(true);
      }
      case 'b' -> build();
      case 'Q' -> push(storage(TorchCalls.persistent(in, pop())));
      case 'q' -> remember(in.u8());
      case 'r' -> remember(in.i32());
      case 0x94 -> remember(memoEnd); // MEMOIZE
      case 'h' -> push(recall(in.u8()));
      case 'j' -> push(recall(in.i32()));
      case 'o', 'i' -> throw in.fault("makes an object of a class; " + TorchCalls.HINT);
      default ->
          throw in.fault(
              "the pickle instruction 0x"
                  + Integer.toHexString(op)
                  + " is unknown or not supported");
    }
  }

  private @Nullable Object integer(int length) throws CheckpointException {
    if (length > LONGEST_INTEGER) {
      throw in.fault("an integer of " + length + " bytes");
    }
    if (length == 0) {
      return 0L;
    }
    byte[] bytes = in.bytes(length);
    for (int i = 0, j = bytes.length - 1; i < j; i++, j--) {
      byte b = bytes[i];
      bytes[i] = bytes[j];
      bytes[j] = b;
    }
    BigInteger value = new BigInteger(bytes);
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    return value;
  }

  private String latin1(int length) throws CheckpointException {
    return new String(in.bytes(length), StandardCharsets.ISO_8859_1);
  }

  private void pushTuple(int size) throws CheckpointException {
    @Nullable Object[] items = new Object[size];
    for (int i = size - 1; i >= 0; i--) {
      items[i] = pop();
    }
    push(new Tuple(items));
  }

  private void pushList(@Nullable Object[] items) throws CheckpointException {
    push(new PyList());
    append(items);
  }

  private void pushDict(@Nullable Object[] items) throws CheckpointException {
    push(new Dict());
    setItems(items);
  }

  private void append(@Nullable Object... items) throws CheckpointException {
    count(items.length);
    switch (peek()) {
      case PyList list -> list.items.addAll(Arrays.asList(items));
      case Inert ignored -> {}
      case null, default -> throw in.fault("appends to something that is no list");
    }
  }

  private void setItem() throws CheckpointException {
    @Nullable Object value = pop();
    @Nullable Object key = pop();
    setItems(key, value);
  }

  private void setItems(@Nullable Object... items) throws CheckpointException {
    count(items.length);
    if (items.length % 2 != 0) {
      throw in.fault("a key without a value");
    }
    switch (peek()) {
      case Dict dict -> {
        for (int i = 0; i < items.length; i += 2) {
          dict.put(items[i], items[i + 1]);
        }
      }
      case Inert ignored -> {}
      case null, default -> throw in.fault("sets an item of something that is no dict");
    }
  }

  private void stackGlobal() throws CheckpointException {
    @Nullable Object name = pop();
    @Nullable Object module = pop();
    if (name instanceof String n && module instanceof String m) {
      push(new Symbol(m, n));
    } else {
      throw in.fault("a global whose name is no string");
    }
  }

  private void call(boolean newObject) throws CheckpointException {
    @Nullable Object arguments = pop();
    @Nullable Object callable = pop();
    if (callable instanceof Symbol symbol && arguments instanceof Tuple tuple) {
      @Nullable Object result =
          newObject ? TorchCalls.newObject(in, symbol, tuple) : TorchCalls.call(in, symbol, tuple);
      // What a call copies was counted once already, but one byte can repeat the call.
      count(
          switch (result) {
            case Dict dict -> 2 * dict.items().size();
            case Tuple copy -> copy.size();
            case byte[] bytes -> bytes.length / 16;
            case null, default -> 0;
          });
      push(result);
    } else {
      throw in.fault("calls something that is no name; " + TorchCalls.HINT);
    }
  }

  private Storage storage(Storage storage) throws CheckpointException {
    Storage known = storages.putIfAbsent(storage.key(), storage);
    if (known != null
        && (known.elements() != storage.elements() || !known.type().equals(storage.type()))) {
      throw in.fault("storage " + storage.key() + " has two types or sizes");
    }
    return storage;
  }

  /** Attributes of a dict (torch's _metadata), tensor or inert object have no effect on weights. */
  private void build() throws CheckpointException {
    @Nullable Object state = pop();
    switch (peek()) {
      case NumpyArray array -> NumpyCalls.setState(in, array, state);
      case NumpyType type -> NumpyCalls.setState(in, type, state);
      case Dict d -> {}
      case Tensor t -> {}
      case Inert i -> {}
      case null, default -> throw in.fault("sets the state of something that has none");
    }
  }

  private void remember(int index) throws CheckpointException {
    // Picklers number what they store one by one, so no sane index passes the count of objects.
    if (index < 0 || index >= MAX_OBJECTS) {
      throw in.fault("memo index " + Integer.toUnsignedString(index) + " is too large");
    }
    if (index >= memo.length) {
      memo = Arrays.copyOf(memo, Math.max(index + 1, 2 * memo.length));
    }
    memo[index] = peek();
    memoEnd = Math.max(memoEnd, index + 1);
  }

  private @Nullable Object recall(int index) throws CheckpointException {
    if (index < 0 || index >= memoEnd) {
      throw in.fault("memo entry " + Integer.toUnsignedString(index) + " was never stored");
    }
    return memo[index];
  }

  private void mark() throws CheckpointException {
    count(1);
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, 2 * markCount);
    }
    marks[markCount++] = stack.size();
  }

  private void popOrMark() throws CheckpointException {
    if (markCount > 0 && marks[markCount - 1] == stack.size()) {
      markCount--;
    } else {
      pop();
    }
  }

  private @Nullable Object[] popToMark() throws CheckpointException {
    if (markCount == 0) {
      throw in.fault("a pickle instruction needs a mark, but there is none");
    }
    List<@Nullable Object> top = stack.subList(marks[--markCount], stack.size());
    @Nullable Object[] items = top.toArray();
    top.clear();
    return items;
  }

  private void push(@Nullable Object value) throws CheckpointException {
    count(1);
    stack.add(value);
  }

  private @Nullable Object pop() throws CheckpointException {
    peek();
    return stack.removeLast();
  }

  private @Nullable Object peek() throws CheckpointException {
    int bottom = markCount == 0 ? 0 : marks[markCount - 1];
    if (stack.size() <= bottom) {
      throw in.fault("a pickle instruction finds nothing on the stack");
    }
    return stack.getLast();
  }

  private void count(int made) throws CheckpointException {
    objects += made;
    if (objects > MAX_OBJECTS) {
      throw in.fault("the pickle makes more than " + MAX_OBJECTS + " objects");
    }
  }
}
