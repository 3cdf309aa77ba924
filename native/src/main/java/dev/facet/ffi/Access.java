package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Which ways to native code may be taken. {@code -Ddev.facet.video=ffi} takes libraries in this process alone, {@code tools} programs
 * alone, {@code off} neither; by default libraries are preferred.
 */
enum Access {
  AUTO,
  FFI,
  TOOLS,
  OFF;

  static final String PROPERTY = "dev.facet.video";

  static Access chosen() throws VideoCodecException {
    String text = System.getProperty(PROPERTY, "auto");
    for (Access access : values()) {
      if (access.name().toLowerCase(Locale.ROOT).equals(text)) {
        return access;
      }
    }
    throw new VideoCodecException("-D" + PROPERTY + "=" + text + ": give auto, ffi, tools or off");
  }

  /** The same; but where a file is named for a library or a program, that one or none is taken. */
  private Access named(String library, String program) {
    if (this != AUTO) {
      return this;
    }
    if (System.getProperty(Library.PROPERTY + library) != null) {
      return FFI;
    }
    return System.getProperty(Tool.PROPERTY + program) != null ? TOOLS : AUTO;
  }

  /** One way to something. */
  @FunctionalInterface
  interface Way<T> {
    /**
     * Tries it.
     *
     * @throws VideoCodecException if it is not there; the reason is short
     */
    T open() throws VideoCodecException;
  }

  /**
   * The first way that works.
   *
   * @param library name in the property of its path
   * @param libraries through the foreign function interface
   * @param program name in the property of its path
   * @param tools as programs
   * @throws VideoCodecException if none does, with all reasons
   */
  <T> T first(String library, List<Way<T>> libraries, String program, List<Way<T>> tools)
      throws VideoCodecException {
    Access access = named(library, program);
    List<Way<T>> ways = new ArrayList<>();
    if (access == AUTO || access == FFI) {
      ways.addAll(libraries);
    }
    if (access == AUTO || access == TOOLS) {
      ways.addAll(tools);
    }
    List<String> problems = new ArrayList<>();
    for (Way<T> way : ways) {
      try {
        return way.open();
      } catch (VideoCodecException e) {
        problems.add(String.valueOf(e.getMessage()));
      }
    }
    throw new VideoCodecException(
        problems.isEmpty()
            ? "none with -D" + PROPERTY + "=" + access.name().toLowerCase(Locale.ROOT)
            : String.join(", ", problems));
  }
}
