package dev.facet.eval.dataset;

import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Walks arrays of objects in a JSON file of any length with one object in memory at a time. */
final class JsonArrays {
  // an entry of an array is followed by others
  private static final ObjectReader READER =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

  private JsonArrays() {}

  interface Visitor {
    /** Takes one object of the array of this name; "" for an array that is the whole file. */
    void entry(String array, JsonEntry entry) throws DatasetException;
  }

  /** The arrays of the object that the file is, and their objects. */
  static void object(String file, InputStream in, Visitor visitor) throws DatasetException {
    parse(
        file,
        in,
        parser -> {
          expect(file, parser, JsonToken.START_OBJECT, "an object");
          while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_ARRAY) {
              entries(file, parser, name, visitor);
            } else {
              parser.skipChildren();
            }
          }
        });
  }

  /** The objects of the array that the file is. */
  static void array(String file, InputStream in, Visitor visitor) throws DatasetException {
    parse(
        file,
        in,
        parser -> {
          expect(file, parser, JsonToken.START_ARRAY, "an array");
          entries(file, parser, "", visitor);
        });
  }

  private interface Walk {
    void accept(JsonParser parser) throws DatasetException;
  }

  private static void parse(String file, InputStream in, Walk walk) throws DatasetException {
    try (JsonParser parser = READER.createParser(in)) {
      walk.accept(parser);
      if (parser.nextToken() != null) {
        throw new DatasetException(place(file, parser), "text after the end");
      }
    } catch (JacksonException e) {
      TokenStreamLocation at = e.getLocation();
      // Jackson adds lines and brackets that are for programmers
      String reason =
          String.valueOf(e.getOriginalMessage()).replaceAll("(?s) \\((for|start) .*|\\R.*", "");
      throw new DatasetException(
          at == null ? file : file + ", line " + at.getLineNr(),
          "no JSON that can be read: " + reason);
    }
  }

  private static void entries(String file, JsonParser parser, String name, Visitor visitor)
      throws DatasetException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      int line = parser.currentTokenLocation().getLineNr();
      if (parser.currentToken() == JsonToken.START_OBJECT) {
        JsonNode node = READER.readTree(parser);
        visitor.entry(name, new JsonEntry(file, line, node));
      } else if (name.isEmpty()) {
        throw new DatasetException(place(file, parser), "expected an object");
      } else {
        parser.skipChildren();
      }
    }
  }

  private static void expect(String file, JsonParser parser, JsonToken token, String what)
      throws DatasetException {
    if (parser.nextToken() != token) {
      throw new DatasetException(place(file, parser), "expected " + what);
    }
  }

  private static String place(String file, JsonParser parser) {
    return file + ", line " + parser.currentTokenLocation().getLineNr();
  }
}
