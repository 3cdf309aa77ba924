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
   * @param libraries through the foreign function interface
   * @param tools as programs
   * @throws VideoCodecException if none does, with all reasons
   */
  <T> T first(List<Way<T>> libraries, List<Way<T>> tools) throws VideoCodecException {
    List<Way<T>> ways = new ArrayList<>();
    if (this == AUTO || this == FFI) {
      ways.addAll(libraries);
    }
    if (this == AUTO || this == TOOLS) {
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
        ways.isEmpty() ? "-D" + PROPERTY + "=off" : String.join(", ", problems));
  }
}
