package dev.facet.nn.checkpoint;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A named tensor of a checkpoint. Immutable; safe for use by many threads.
 *
 * <p>The values stay in the type and order of the file until they are asked for. Every accessor
 * returns a new array, row-major without gaps (C order) whatever strides the file used.
 */
public final class CheckpointTensor {
  /** Elements converted at a time. */
  private static final int PIECE = 1 << 12;

  private final String name;
  private final DType dtype;
  private final Layout layout;
  private final ByteBuffer storage;
  private final ByteOrder order;

  /** Of quantized values: what those of each row, [i, ...], are multiplied by. */
  private final float @Nullable [] scales;

  /** The layout must have been checked against the storage. */
  CheckpointTensor(String name, DType dtype, Layout layout, byte[] storage, ByteOrder order) {
    this(name, dtype, layout, ByteBuffer.wrap(storage), order);
  }

  /** The layout must have been checked against the storage, all of the buffer. */
  CheckpointTensor(String name, DType dtype, Layout layout, ByteBuffer storage, ByteOrder order) {
    this(name, dtype, layout, storage, order, null);
  }

  private CheckpointTensor(
      String name,
      DType dtype,
      Layout layout,
      ByteBuffer storage,
      ByteOrder order,
      float @Nullable [] scales) {
    this.name = name;
    this.dtype = dtype;
    this.layout = layout;
    this.storage = storage;
    this.order = order;
    this.scales = scales;
  }

  /**
   * A float32 tensor of the given values, row-major.
   *
   * @throws IllegalArgumentException if shape and number of values disagree
   */
  public static CheckpointTensor ofFloats(String name, float[] values, int... shape) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, DType.F32.bytes())];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return ofBytes(name, DType.F32, bytes, shape);
  }

  /**
   * A float64 tensor of the given values, row-major.
   *
   * @throws IllegalArgumentException if shape and number of values disagree
   */
  public static CheckpointTensor ofDoubles(String name, double[] values, int... shape) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, DType.F64.bytes())];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(values);
    return ofBytes(name, DType.F64, bytes, shape);
  }

  /**
   * An int32 tensor of the given values, row-major.
   *
   * @throws IllegalArgumentException if shape and number of values disagree
   */
  public static CheckpointTensor ofInts(String name, int[] values, int... shape) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, DType.I32.bytes())];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(values);
    return ofBytes(name, DType.I32, bytes, shape);
  }

  /**
   * An int64 tensor of the given values, row-major.
   *
   * @throws IllegalArgumentException if shape and number of values disagree
   */
  public static CheckpointTensor ofLongs(String name, long[] values, int... shape) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, DType.I64.bytes())];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().put(values);
    return ofBytes(name, DType.I64, bytes, shape);
  }

  /**
   * A tensor of any type from its little-endian bytes, row-major; the bytes are copied.
   *
   * @throws IllegalArgumentException if shape, type and number of bytes disagree
   */
  public static CheckpointTensor ofBytes(String name, DType dtype, byte[] bytes, int... shape) {
    long count = Layout.count(shape);
    if (count < 0 || count * dtype.bytes() != bytes.length) {
      throw new IllegalArgumentException(
          name + ": " + bytes.length + " bytes do not fill " + dtype + Arrays.toString(shape));
    }
    return new CheckpointTensor(
        name, dtype, Layout.contiguous(shape), bytes.clone(), ByteOrder.LITTLE_ENDIAN);
  }

  /** The full name, for example {@code g_a.p2Encoder.0.conv1.weight}. */
  public String name() {
    return name;
  }

  /** Type of the elements: the stored one, but F32 of quantized values. */
  public DType dtype() {
    return scales == null ? dtype : DType.F32;
  }

  /** Sizes, outermost first; empty for a scalar. */
  public int[] shape() {
    return layout.shape().clone();
  }

  /** Number of elements: the product of the shape. */
  public int elements() {
    return layout.elements();
  }

  /** The same values under another name; shares the storage. */
  public CheckpointTensor withName(String newName) {
    return new CheckpointTensor(newName, dtype, layout, storage, order, scales);
  }

  /**
   * The float32 values that integers of 8 bits stand for: those of {@code [i, ...]} times {@code scale[i]}, each product rounded once.
   *
   * @throws CheckpointException if this is not an I8 tensor, or the scales are not finite floats, one for each i
   */
  CheckpointTensor dequantized(CheckpointTensor scale) throws CheckpointException {
    int[] shape = layout.shape();
    if (dtype != DType.I8
        || shape.length == 0
        || !scale.dtype().isFloat()
        || !Arrays.equals(scale.shape(), new int[] {shape[0]})) {
      throw fault(this + " cannot be scaled by " + scale);
    }
    float[] factors = scale.floats();
    for (float factor : factors) {
      if (!Float.isFinite(factor)) {
        throw fault("is scaled by " + factor);
      }
    }
    return new CheckpointTensor(name, dtype, layout, storage, order, factors);
  }

  /**
   * The values as float32: exact from F16, BF16 and small integers, rounded to nearest even from
   * F64 and large integers; 0 or 1 from BOOL.
   */
  public float[] floats() {
    ByteBuffer in = packed();
    float[] out = new float[elements()];
    if (scales != null) {
      // arrays alone, a row at a time: the form that C2 turns into vector code
      byte[] row = new byte[out.length / Math.max(1, scales.length)];
      for (int i = 0; i < scales.length; i++) {
        in.get(row);
        scale(row, scales[i], out, i * row.length);
      }
      return out;
    }
    switch (dtype) {
      case F32 -> in.asFloatBuffer().get(out);
      case F16 -> {
        // arrays alone, a piece at a time: the form that C2 turns into vector code
        short[] halves = new short[Math.min(out.length, PIECE)];
        ShortBuffer from = in.asShortBuffer();
        for (int at = 0; at < out.length; at += halves.length) {
          int n = Math.min(halves.length, out.length - at);
          from.get(halves, 0, n);
          widen(halves, n, out, at);
        }
      }
      case BF16 -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = Float.intBitsToFloat(in.getShort(2 * i) << 16);
        }
      }
      case F64 -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = (float) in.getDouble(8 * i);
        }
      }
      case U64 -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = unsignedToFloat(in.getLong(8 * i));
        }
      }
      default -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = (float) integer(in, i);
        }
      }
    }
    return out;
  }

  /** Takes the first {@code n} values of an array that is used again. */
  public interface FloatPieces {
    void accept(float[] values, int n);
  }

  /** {@link #floats()} in order and in pieces, without room for all of them. */
  public void forEachFloats(FloatPieces consumer) {
    if (dtype != DType.F16) {
      float[] values = floats();
      consumer.accept(values, values.length);
      return;
    }
    ShortBuffer in = packed().asShortBuffer();
    short[] halves = new short[PIECE];
    float[] values = new float[PIECE];
    while (in.hasRemaining()) {
      int n = Math.min(PIECE, in.remaining());
      in.get(halves, 0, n);
      widen(halves, n, values, 0);
      consumer.accept(values, n);
    }
  }

  /** The values as float64; exact but for integers beyond 2^53. */
  public double[] doubles() {
    ByteBuffer in = packed();
    double[] out = new double[elements()];
    switch (dtype()) {
      case F64 -> in.asDoubleBuffer().get(out);
      case F32, F16, BF16 -> {
        float[] floats = floats();
        for (int i = 0; i < out.length; i++) {
          out[i] = floats[i];
        }
      }
      case U64 -> {
        for (int i = 0; i < out.length; i++) {
          long value = in.getLong(8 * i);
          out[i] = value >= 0 ? (double) value : (double) halved(value) * 2;
        }
      }
      default -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = (double) integer(in, i);
        }
      }
    }
    return out;
  }

  /**
   * The values of an integer or BOOL tensor.
   *
   * @throws CheckpointException if the tensor holds floating point or values beyond 64 bit signed
   */
  public long[] longs() throws CheckpointException {
    if (dtype().isFloat()) {
      throw fault("holds " + dtype() + ", not integers");
    }
    ByteBuffer in = packed();
    long[] out = new long[elements()];
    for (int i = 0; i < out.length; i++) {
      out[i] = integer(in, i);
      if (dtype == DType.U64 && out[i] < 0) {
        throw fault("element " + i + " is " + Long.toUnsignedString(out[i]) + ", beyond 2^63");
      }
    }
    return out;
  }

  /**
   * The values of an integer or BOOL tensor.
   *
   * @throws CheckpointException if the tensor holds floating point or values beyond 32 bit signed
   */
  public int[] ints() throws CheckpointException {
    if (dtype == DType.I32) {
      int[] out = new int[elements()];
      packed().asIntBuffer().get(out);
      return out;
    }
    long[] values = longs();
    int[] out = new int[values.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) values[i];
      if (out[i] != values[i]) {
        throw fault("element " + i + " is " + values[i] + ", which does not fit 32 bits");
      }
    }
    return out;
  }

  /** The values as little-endian bytes of {@link #dtype}. */
  public byte[] bytes() {
    if (scales != null) {
      return ofFloats(name, floats(), layout.shape()).bytes();
    }
    ByteBuffer in = packed();
    byte[] out = new byte[in.remaining()];
    in.get(out);
    if (in.order() == ByteOrder.BIG_ENDIAN) {
      reverseElements(out, dtype.bytes());
    }
    return out;
  }

  /**
   * This tensor with another floating point type, rounded to nearest even.
   *
   * @throws IllegalArgumentException if either type is not floating point
   */
  public CheckpointTensor to(DType target) {
    if (target == dtype()) {
      return this;
    }
    if (!dtype().isFloat() || !target.isFloat()) {
      throw new IllegalArgumentException(name + ": " + dtype() + " does not convert to " + target);
    }
    if (target == DType.F64) {
      return ofDoubles(name, doubles(), layout.shape());
    }
    // From F64 this rounds twice for the 16 bit types; no checkpoint needs that path exact.
    float[] values = floats();
    if (target == DType.F32) {
      return ofFloats(name, values, layout.shape());
    }
    byte[] bytes = new byte[2 * values.length];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      out.putShort(target == DType.F16 ? Float.floatToFloat16(value) : toBf16(value));
    }
    return ofBytes(name, target, bytes, layout.shape());
  }

  /** See {@link Checkpoint#unload}. */
  void unload() {
    MemorySegment memory = MemorySegment.ofBuffer(storage);
    if (memory.isMapped()) {
      memory.unload();
    }
  }

  @Override
  public String toString() {
    return name + ": " + dtype() + Arrays.toString(layout.shape());
  }

  /** The elements in row-major order without gaps, in the byte order of the file. */
  private ByteBuffer packed() {
    int size = dtype.bytes();
    int length = elements() * size;
    if (layout.isContiguous()) {
      int start = length == 0 ? 0 : (int) layout.offset() * size;
      return storage.slice(start, length).order(order);
    }
    byte[] out = new byte[length];
    int[] shape = layout.shape();
    long[] strides = layout.strides();
    int[] index = new int[shape.length];
    long at = layout.offset();
    for (int written = 0; written < length; written += size) {
      storage.get((int) at * size, out, written, size);
      for (int d = shape.length - 1; d >= 0; d--) {
        at += strides[d];
        if (++index[d] < shape[d]) {
          break;
        }
        at -= strides[d] * shape[d];
        index[d] = 0;
      }
    }
    return ByteBuffer.wrap(out).order(order);
  }

  private static void widen(short[] halves, int n, float[] to, int at) {
    for (int i = 0; i < n; i++) {
      to[at + i] = Float.float16ToFloat(halves[i]);
    }
  }

  private static void scale(byte[] row, float factor, float[] to, int at) {
    for (int i = 0; i < row.length; i++) {
      to[at + i] = row[i] * factor;
    }
  }

  private long integer(ByteBuffer in, int i) {
    return switch (dtype) {
      case I8 -> in.get(i);
      case U8 -> in.get(i) & 0xFF;
      case I16 -> in.getShort(2 * i);
      case U16 -> in.getShort(2 * i) & 0xFFFF;
      case I32 -> in.getInt(4 * i);
      case U32 -> in.getInt(4 * i) & 0xFFFF_FFFFL;
      case I64, U64 -> in.getLong(8 * i);
      case BOOL -> in.get(i) == 0 ? 0 : 1;
      case F16, BF16, F32, F64 -> throw new IllegalStateException(dtype + " is not an integer");
    };
  }

  private static float unsignedToFloat(long value) {
    return value >= 0 ? (float) value : (float) halved(value) * 2;
  }

  /** Half an unsigned value; the lost bit stays sticky, so that the one rounding to come is right. */
  private static long halved(long value) {
    return (value >>> 1) | (value & 1);
  }

  private static short toBf16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40); // stays NaN although the low bits go
    }
    return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
  }

  private static void reverseElements(byte[] bytes, int size) {
    for (int start = 0; start < bytes.length; start += size) {
      for (int i = start, j = start + size - 1; i < j; i++, j--) {
        byte b = bytes[i];
        bytes[i] = bytes[j];
        bytes[j] = b;
      }
    }
  }

  private CheckpointException fault(String reason) {
    return new CheckpointException("tensor " + name, -1, reason);
  }
}
