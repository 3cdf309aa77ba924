package dev.facet.codec.anchor;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.Quality;
import dev.facet.codec.VideoStreamCodec;
import dev.facet.codec.stream.CodecId;
import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.PayloadReader;
import dev.facet.codec.stream.PayloadWriter;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.codec.video.VideoStandard;
import dev.facet.nn.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * MPEG's image anchor (Kim et al. 2023, section II-A): the picture is coded as an intra picture in 4:2:0, and the whole network runs
 * behind the decoder. As a feature codec this is the split before the first layer: its pyramid has one level, {@value #LEVEL}, of shape
 * (H, W, 3), RGB from 0 to 1.
 */
public final class ImageCodec extends VideoStreamCodec {
  /** Name of the one level. */
  public static final String LEVEL = "image";

  private static final int CHANNELS = 3;
  private static final int DEFAULT_BITS = 8;

  /** A codec; for decoding, {@link CodecOptions#standard()} will do. */
  public ImageCodec(CodecOptions options) {
    super(CodecId.IMAGE, options);
  }

  /**
   * A picture as this codec takes it.
   *
   * @param picture (H, W, 3), RGB from 0 to 1
   */
  public static FeaturePyramid pyramid(Tensor picture) {
    return FeaturePyramid.of(List.of(LEVEL), List.of(picture));
  }

  @Override
  protected void requireLevels(FeaturePyramid pyramid) throws FeatureException {
    super.requireLevels(pyramid);
    Tensor picture = pyramid.level(0);
    if (picture.channels() != CHANNELS) {
      throw new FeatureException(
          String.format(
              Locale.ROOT,
              "%s has %d channels: codec image takes pictures, of 3",
              pyramid.name(0),
              picture.channels()));
    }
    if (Math.max(picture.height(), picture.width()) >= VideoFormat.MAX_SIDE) {
      throw new FeatureException(tooLarge(new LevelShape(picture.height(), picture.width())));
    }
  }

  private static String tooLarge(LevelShape shape) {
    return String.format(
        Locale.ROOT, "a picture of %s: sides are below %d", shape, VideoFormat.MAX_SIDE);
  }

  @Override
  protected byte[] encodePayload(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    Tensor rgb = pyramid.level(0);
    int bits = options().bitDepth().orElse(DEFAULT_BITS);
    requireRoomToEncode(CHANNELS * pyramid.shapes().getFirst().pixels());
    VideoStandard standard = standard();
    byte[] bitstream = encodePictures(standard, List.of(YCbCr.of(rgb, bits)), quality);
    return new PayloadWriter().u8(standard.code()).u8(bits).bytes(bitstream).toBytes();
  }

  @Override
  protected FeaturePyramid decodePayload(StreamFrame frame) throws StreamException {
    PayloadReader in = new PayloadReader(frame.payload());
    VideoStandard standard = readStandard(in);
    int bits = in.u8("bit depth");
    if (bits != 8 && bits != 10) {
      throw in.corrupt("bit depth", bits + " is neither 8 nor 10");
    }
    LevelShape shape = frame.shapes().getFirst();
    if (Math.max(shape.height(), shape.width()) >= VideoFormat.MAX_SIDE) {
      throw new StreamException.LimitExceeded(0, "shapes", tooLarge(shape));
    }
    requireRoom(CHANNELS * shape.pixels());
    VideoFormat format = YCbCr.format(bits, shape.width(), shape.height());
    VideoPicture picture = decodePictures(standard, in.rest("bitstream"), format, 1).getFirst();
    return pyramid(YCbCr.rgb(picture, shape.height(), shape.width()));
  }

  @Override
  public int[] channels(StreamFrame frame) {
    return new int[] {CHANNELS};
  }

  @Override
  public Map<String, Double> payloadBits(StreamFrame frame) throws StreamException {
    PayloadReader in = new PayloadReader(frame.payload());
    VideoStandard standard = readStandard(in);
    in.u8("bit depth");
    Map<String, Double> bits = new LinkedHashMap<>();
    bits.put("format", 8.0 * (frame.payload().length - in.remaining()));
    bits.put(standard.label(), 8.0 * in.remaining());
    return bits;
  }
}
