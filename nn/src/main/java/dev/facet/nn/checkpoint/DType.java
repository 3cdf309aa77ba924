package dev.facet.nn.checkpoint;

import org.jspecify.annotations.Nullable;

/** Element types of stored tensors. The names are those of safetensors. */
public enum DType {
  /** IEEE 754 binary32. */
  F32(4, 'f', "float32", "Float"),
  /** IEEE 754 binary16. */
  F16(2, 'f', "float16", "Half"),
  /** The upper half of a binary32; NumPy has no such type. */
  BF16(2, '-', "bfloat16", "BFloat16"),
  /** IEEE 754 binary64. */
  F64(8, 'f', "float64", "Double"),
  /** Signed 8 bit. */
  I8(1, 'i', "int8", "Char"),
  /** Unsigned 8 bit. */
  U8(1, 'u', "uint8", "Byte"),
  /** Signed 16 bit. */
  I16(2, 'i', "int16", "Short"),
  /** Unsigned 16 bit. */
  U16(2, 'u', "uint16", "UInt16"),
  /** Signed 32 bit. */
  I32(4, 'i', "int32", "Int"),
  /** Unsigned 32 bit. */
  U32(4, 'u', "uint32", "UInt32"),
  /** Signed 64 bit. */
  I64(8, 'i', "int64", "Long"),
  /** Unsigned 64 bit. */
  U64(8, 'u', "uint64", "UInt64"),
  /** One byte, 0 or not 0. */
  BOOL(1, 'b', "bool", "Bool");

  private final int bytes;
  private final char numpyKind;
  private final String torchName;
  private final String storageName;

  DType(int bytes, char numpyKind, String torchName, String storageName) {
    this.bytes = bytes;
    this.numpyKind = numpyKind;
    this.torchName = torchName;
    this.storageName = storageName;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is one of F16, BF16, F32, F64. */
  public boolean isFloat() {
    return numpyKind == 'f' || this == BF16;
  }

  static @Nullable DType ofSafetensors(String name) {
    for (DType type : values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    return null;
  }

  /** From the name in {@code torch.float32}; older aliases (float, half, ...) included. */
  static @Nullable DType ofTorch(String name) {
    String canonical =
        switch (name) {
          case "float" -> "float32";
          case "half" -> "float16";
          case "double" -> "float64";
          case "short" -> "int16";
          case "int" -> "int32";
          case "long" -> "int64";
          default -> name;
        };
    for (DType type : values()) {
      if (type.torchName.equals(canonical)) {
        return type;
      }
    }
    return null;
  }

  /** From the class name of a torch storage, for example {@code FloatStorage}. */
  static @Nullable DType ofStorage(String className) {
    for (DType type : values()) {
      if (className.equals(type.storageName + "Storage")) {
        return type;
      }
    }
    return null;
  }

  static @Nullable DType ofNumpy(char kind, int size) {
    for (DType type : values()) {
      if (type.numpyKind == kind && type.bytes == size) {
        return type;
      }
    }
    return null;
  }

  /** The NumPy type string of little-endian data, or null for BF16. */
  @Nullable String numpyDescr() {
    return this == BF16 ? null : (bytes == 1 ? "|" : "<") + numpyKind + bytes;
  }
}
