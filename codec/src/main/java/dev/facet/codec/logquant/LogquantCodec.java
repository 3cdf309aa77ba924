package dev.facet.codec.logquant;

import dev.facet.codec.CodecOptions;
import dev.facet.codec.FeatureException;
import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.FeatureRange;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Chen et al., "Lossy intermediate deep learning feature compression and evaluation" (ACM MM 2019), section 3.1: each feature map is
 * quantised logarithmically to 8 (or 10) bits by its own range, and each channel, its sides filled up to multiples of 8 by repeating the
 * edge, is a monochrome intra picture. The paper codes one feature map of a VGG or ResNet; here a pyramid's levels are coded one after
 * the other, each in a bitstream of its own.
 */
public final class LogquantCodec extends VideoStreamCodec {
  private static final int DEFAULT_BITS = 8;

  /** Sides of a picture are multiples of this: the smallest coding unit of HEVC. */
  private static final int UNIT = 8;

  /** A codec; for decoding, {@link CodecOptions#standard()} will do. */
  public LogquantCodec(CodecOptions options) {
    super(CodecId.LOGQUANT, options);
  }

  @Override
  protected byte[] encodePayload(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    int bits = options().bitDepth().orElse(DEFAULT_BITS);
    VideoStandard standard = standard();
    List<FeatureRange> ranges = new ArrayList<>();
    List<byte[]> bitstreams = new ArrayList<>();
    for (int i = 0; i < pyramid.size(); i++) {
      Tensor level = pyramid.level(i);
      LevelShape shape = pyramid.shapes().get(i);
      if (tooLarge(shape)) {
        throw new FeatureException(pyramid.name(i) + ": " + tooLargeMessage(shape));
      }
      VideoFormat format = format(shape, bits);
      requireRoomToEncode(level.channels() * format.samples());
      try {
        ranges.add(FeatureRange.of(level.data()));
      } catch (IllegalArgumentException e) {
        throw new FeatureException(pyramid.name(i) + ": " + e.getMessage());
      }
      LogarithmicQuantizer quantizer = new LogarithmicQuantizer(ranges.getLast(), bits);
      bitstreams.add(encodePictures(standard, pictures(level, quantizer, format), quality));
    }
    PayloadWriter out = new PayloadWriter().u8(standard.code()).u8(bits);
    for (int i = 0; i < pyramid.size(); i++) {
      out.varint(pyramid.level(i).channels());
      out.f32(ranges.get(i).min()).f32(ranges.get(i).max());
      out.varint(bitstreams.get(i).length).bytes(bitstreams.get(i));
    }
    return out.toBytes();
  }

  private static VideoFormat format(LevelShape shape, int bits) {
    return VideoFormat.monochrome(bits, padded(shape.width()), padded(shape.height()));
  }

  private static int padded(int side) {
    return Math.ceilDiv(side, UNIT) * UNIT;
  }

  private static boolean tooLarge(LevelShape shape) {
    return Math.max(shape.height(), shape.width()) > VideoFormat.MAX_SIDE;
  }

  private static String tooLargeMessage(LevelShape shape) {
    return String.format(
        Locale.ROOT, "%s does not fit a picture of sides up to %d", shape, VideoFormat.MAX_SIDE);
  }

  private static List<VideoPicture> pictures(
      Tensor level, LogarithmicQuantizer quantizer, VideoFormat format) {
    VideoFormat exact = format.withSize(level.width(), level.height());
    int channels = level.channels();
    List<VideoPicture> pictures = new ArrayList<>(channels);
    for (int c = 0; c < channels; c++) {
      short[] plane = new short[level.height() * level.width()];
      for (int i = 0; i < plane.length; i++) {
        plane[i] = quantizer.quantize(level.data()[i * channels + c]);
      }
      pictures.add(VideoPicture.of(exact, plane).padded(format.width(), format.height()));
    }
    return pictures;
  }

  /** What a payload says of a level. */
  private record Level(int channels, FeatureRange range, byte[] bitstream) {}

  private record Payload(VideoStandard standard, int bits, List<Level> levels) {}

  private Payload read(StreamFrame frame) throws StreamException {
    PayloadReader in = new PayloadReader(frame.payload());
    VideoStandard standard = readStandard(in);
    int bits = in.u8("bit depth");
    if (bits != 8 && bits != 10) {
      throw in.corrupt("bit depth", bits + " is neither 8 nor 10");
    }
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < frame.shapes().size(); i++) {
      int channels = in.varint("channels", 1, limits().maxChannels());
      float min = in.f32("range");
      float max = in.f32("range");
      FeatureRange range;
      try {
        range = new FeatureRange(min, max);
      } catch (IllegalArgumentException e) {
        throw in.corrupt("range", String.valueOf(e.getMessage()));
      }
      int length = in.varint("bitstream length", 0, Integer.MAX_VALUE);
      levels.add(new Level(channels, range, in.bytes(length, "bitstream")));
    }
    if (in.remaining() > 0) {
      throw in.corrupt("bitstream", in.remaining() + " bytes follow the last level");
    }
    return new Payload(standard, bits, levels);
  }

  @Override
  protected FeaturePyramid decodePayload(StreamFrame frame) throws StreamException {
    Payload payload = read(frame);
    List<Tensor> levels = new ArrayList<>();
    for (int i = 0; i < payload.levels().size(); i++) {
      Level level = payload.levels().get(i);
      LevelShape shape = frame.shapes().get(i);
      if (tooLarge(shape)) {
        throw new StreamException.LimitExceeded(0, "shapes", tooLargeMessage(shape));
      }
      VideoFormat format = format(shape, payload.bits());
      requireRoom(level.channels() * format.samples());
      List<VideoPicture> pictures =
          decodePictures(payload.standard(), level.bitstream(), format, level.channels());
      LogarithmicQuantizer quantizer = new LogarithmicQuantizer(level.range(), payload.bits());
      levels.add(tensor(pictures, shape, quantizer));
    }
    return FeaturePyramid.of(levels);
  }

  private static Tensor tensor(
      List<VideoPicture> pictures, LevelShape shape, LogarithmicQuantizer quantizer) {
    int channels = pictures.size();
    Tensor level = Tensor.zeros(shape.height(), shape.width(), channels);
    for (int c = 0; c < channels; c++) {
      short[] plane = pictures.get(c).cropped(shape.width(), shape.height()).plane(0);
      for (int i = 0; i < plane.length; i++) {
        level.data()[i * channels + c] = quantizer.dequantize(plane[i]);
      }
    }
    return level;
  }

  @Override
  public int[] channels(StreamFrame frame) throws StreamException {
    return read(frame).levels().stream().mapToInt(Level::channels).toArray();
  }

  @Override
  public Map<String, Double> payloadBits(StreamFrame frame) throws StreamException {
    Payload payload = read(frame);
    long video = payload.levels().stream().mapToLong(level -> level.bitstream().length).sum();
    Map<String, Double> bits = new LinkedHashMap<>();
    bits.put("ranges", 8.0 * (frame.payload().length - video));
    bits.put(payload.standard().label(), 8.0 * video);
    return bits;
  }
}
