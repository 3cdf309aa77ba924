package dev.facet.ffi;

import dev.facet.codec.video.VideoCodecException;
import java.util.ArrayList;
import java.util.List;

/** The NAL units of a byte stream (annex B of ITU-T H.265 and H.266). */
final class NalUnits {
  private static final int START_CODE = 3;

  private NalUnits() {}

  /**
   * One unit.
   *
   * @param start of its header, behind the start code
   * @param end behind its last byte
   */
  record Unit(int start, int end) {}

  /**
   * All units.
   *
   * @throws VideoCodecException if there is none, or one has no header of two bytes
   */
  static List<Unit> of(byte[] bytes) throws VideoCodecException {
    List<Unit> units = new ArrayList<>();
    int start = -1;
    for (int i = 0; i + START_CODE <= bytes.length; i++) {
      if (bytes[i] == 0 && bytes[i + 1] == 0 && bytes[i + 2] == 1) {
        if (start >= 0) {
          units.add(unit(start, i));
        }
        start = i + START_CODE;
        i += START_CODE - 1;
      }
    }
    if (start < 0) {
      throw new VideoCodecException("the bitstream is damaged: it has no start code");
    }
    units.add(unit(start, bytes.length));
    return units;
  }

  private static Unit unit(int start, int end) throws VideoCodecException {
    if (end - start <= 2) {
      throw new VideoCodecException("the bitstream is damaged: an empty unit");
    }
    return new Unit(start, end);
  }
}
