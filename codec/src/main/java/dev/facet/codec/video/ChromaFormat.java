package dev.facet.codec.video;

/** Which planes a picture has. */
public enum ChromaFormat {
  /** 4:0:0: luma alone. */
  MONOCHROME(1),
  /** 4:2:0: luma, and two chroma planes of half its width and height. */
  YUV420(3);

  private final int planes;

  ChromaFormat(int planes) {
    this.planes = planes;
  }

  /** Number of planes. */
  public int planes() {
    return planes;
  }
}
