package dev.facet.nn.checkpoint;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header of an npy file: a Python dict literal of exactly descr, fortran_order and shape. A
 * parser for that and no more; NumPy itself evaluates a literal here.
 */
final class NpyHeader {
  private static final int MAX_RANK = 64;

  private final String text;
  private final String source;
  private int at;
  private @Nullable DType dtype;
  private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
  private @Nullable Boolean fortran;
  private int @Nullable [] shape;

  private NpyHeader(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /** What the header says. */
  record Content(DType dtype, ByteOrder order, boolean fortran, int[] shape) {}

  static Content parse(String source, String text) throws CheckpointException {
    NpyHeader header = new NpyHeader(source, text);
    header.dict();
    DType dtype = header.dtype;
    Boolean fortran = header.fortran;
    int[] shape = header.shape;
    if (dtype == null || fortran == null || shape == null) {
      throw header.fault("the npy header lacks descr, fortran_order or shape");
    }
    return new Content(dtype, header.order, fortran, shape);
  }

  static String write(DType dtype, int[] shape) {
    StringBuilder out = new StringBuilder("{'descr': '").append(dtype.numpyDescr());
    out.append("', 'fortran_order': False, 'shape': (");
    for (int d = 0; d < shape.length; d++) {
      out.append(d > 0 ? ", " : "").append(shape[d]);
    }
    return out.append(shape.length == 1 ? ",), }" : "), }").toString();
  }

  private void dict() throws CheckpointException {
    expect('{');
    while (!accept('}')) {
      String key = string();
      expect(':');
      switch (key) {
        case "descr" -> {
          once(dtype == null);
          type();
        }
        case "fortran_order" -> {
          once(fortran == null);
          fortran = bool();
        }
        case "shape" -> {
          once(shape == null);
          shape = tuple();
        }
        default -> throw fault("the npy header has an unknown key");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skipSpace();
    if (at < text.length()) {
      throw fault("the npy header has more text after its dict");
    }
  }

  private void type() throws CheckpointException {
    skipSpace();
    if (at < text.length() && text.charAt(at) == '[') {
      throw fault("the array has a structured type, which is not supported");
    }
    String descr = string();
    DType found = null;
    if (descr.length() == 3 && Character.isDigit(descr.charAt(2))) {
      found = DType.ofNumpy(descr.charAt(1), descr.charAt(2) - '0');
      switch (descr.charAt(0)) {
        case '<', '|', '=' -> order = ByteOrder.LITTLE_ENDIAN;
        case '>' -> order = ByteOrder.BIG_ENDIAN;
        default -> found = null;
      }
    }
    if (found == null) {
      throw fault("the array type '" + descr + "' is not supported");
    }
    dtype = found;
  }

  private Boolean bool() throws CheckpointException {
    skipSpace();
    for (String word : List.of("True", "False")) {
      if (text.startsWith(word, at)) {
        at += word.length();
        return word.equals("True");
      }
    }
    throw fault("True or False is expected in the npy header");
  }

  private int[] tuple() throws CheckpointException {
    expect('(');
    List<Integer> sizes = new ArrayList<>();
    while (!accept(')')) {
      if (sizes.size() == MAX_RANK) {
        throw fault("more than " + MAX_RANK + " dimensions");
      }
      sizes.add(integer());
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  private int integer() throws CheckpointException {
    skipSpace();
    long value = 0;
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      value = value * 10 + text.charAt(at++) - '0';
      if (value > Integer.MAX_VALUE) {
        throw fault("a size in the shape is too large");
      }
    }
    if (at == start) {
      throw fault("a size is expected in the shape");
    }
    accept('L'); // Python 2 wrote long integers so
    return (int) value;
  }

  private String string() throws CheckpointException {
    skipSpace();
    char quote = at < text.length() ? text.charAt(at) : 0;
    int end = quote == '\'' || quote == '"' ? text.indexOf(quote, at + 1) : -1;
    if (end < 0 || end - at > 64) {
      throw fault("a short text in quotes is expected in the npy header");
    }
    String value = text.substring(at + 1, end);
    at = end + 1;
    return value;
  }

  private void once(boolean first) throws CheckpointException {
    if (!first) {
      throw fault("the npy header has a key twice");
    }
  }

  private boolean accept(char c) {
    skipSpace();
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) throws CheckpointException {
    if (!accept(c)) {
      throw fault("'" + c + "' is expected in the npy header");
    }
  }

  private void skipSpace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private CheckpointException fault(String reason) {
    return new CheckpointException(source, -1, reason + " (character " + at + " of the header)");
  }
}
