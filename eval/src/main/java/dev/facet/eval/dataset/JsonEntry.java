package dev.facet.eval.dataset;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** An object in an array of a JSON file: its fields, and where it stands for the message when one is wrong. */
record JsonEntry(String file, int line, JsonNode node) {
  boolean has(String field) {
    return node.hasNonNull(field);
  }

  long integer(String field) throws DatasetException {
    JsonNode value = field(field);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(field, "expected an integer");
    }
    return value.longValue();
  }

  int integer(String field, int least, int most) throws DatasetException {
    long value = integer(field);
    if (value < least || value > most) {
      throw wrong(field, value + ", expected " + least + " to " + most);
    }
    return (int) value;
  }

  double number(String field) throws DatasetException {
    return number(field, field(field));
  }

  String text(String field) throws DatasetException {
    JsonNode value = field(field);
    if (!value.isString()) {
      throw wrong(field, "expected a text");
    }
    return value.stringValue();
  }

  /** 0, 1, true or false; false where there is none. */
  boolean flag(String field) throws DatasetException {
    if (!has(field)) {
      return false;
    }
    JsonNode value = field(field);
    return value.isBoolean() ? value.booleanValue() : integer(field, 0, 1) == 1;
  }

  BoundingBox box(String field) throws DatasetException {
    JsonNode value = field(field);
    if (!value.isArray() || value.size() != 4) {
      throw wrong(field, "expected four numbers: x, y, width, height");
    }
    try {
      return new BoundingBox(
          number(field, value.get(0)),
          number(field, value.get(1)),
          number(field, value.get(2)),
          number(field, value.get(3)));
    } catch (IllegalArgumentException e) {
      throw wrong(field, String.valueOf(e.getMessage()));
    }
  }

  /** Polygons are most of a large file, and nobody asks for them. */
  void forgetPolygons() {
    if (node instanceof ObjectNode object && node.path("segmentation").isArray()) {
      object.remove("segmentation");
    }
  }

  /** A mask of {@code size} and {@code counts}; null where there is none or it is a list of polygons. */
  @Nullable RunLengthMask mask(String field) throws DatasetException {
    if (!has(field) || field(field).isArray()) {
      return null;
    }
    JsonNode size = field(field).path("size");
    JsonNode counts = field(field).path("counts");
    if (!size.isArray() || size.size() != 2) {
      throw wrong(field, "expected size: [height, width]");
    }
    try {
      int height = integer(field, size.get(0));
      int width = integer(field, size.get(1));
      if (counts.isString()) {
        return RunLengthMask.parse(height, width, counts.stringValue());
      }
      if (!counts.isArray()) {
        throw wrong(field, "expected counts: a list of numbers or a text");
      }
      int[] runs = new int[counts.size()];
      for (int i = 0; i < runs.length; i++) {
        runs[i] = integer(field, counts.get(i));
      }
      return RunLengthMask.of(height, width, runs);
    } catch (IllegalArgumentException e) {
      throw wrong(field, String.valueOf(e.getMessage()));
    }
  }

  DatasetException wrong(String field, String reason) {
    return new DatasetException(
        String.format(Locale.ROOT, "%s, line %d, %s", file, line, field), reason);
  }

  private JsonNode field(String field) throws DatasetException {
    JsonNode value = node.get(field);
    if (value == null || value.isNull()) {
      throw wrong(field, "is missing");
    }
    return value;
  }

  private int integer(String field, JsonNode value) throws DatasetException {
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw wrong(field, "expected integers");
    }
    return value.intValue();
  }

  private double number(String field, JsonNode value) throws DatasetException {
    double number = value.isNumber() ? value.asDouble(Double.NaN) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw wrong(field, "expected a finite number");
    }
    return number;
  }
}
