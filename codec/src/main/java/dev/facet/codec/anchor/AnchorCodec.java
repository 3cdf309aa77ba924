package dev.facet.codec.anchor;

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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * MPEG's feature anchor (Kim et al. 2023, section II-A; Kang et al. 2023, appendix A): every level is quantised uniformly to 10 (or 8)
 * bits, its channels are tiled into one monochrome picture, and that is coded as an intra picture of HEVC or VVC. Unlike MPEG's, the
 * streams are self-contained: shapes and ranges are inside.
 *
 * <p>The range of the quantiser is each level's own, from smallest to largest value, or one given for all levels, as that of a data set.
 */
public final class AnchorCodec extends VideoStreamCodec {
  private static final int DEFAULT_BITS = 10;

  private static final int ONE_RANGE = 1;
  private static final int OWN_CHANNELS = 2;

  /** A codec; for decoding, {@link CodecOptions#standard()} will do. */
  public AnchorCodec(CodecOptions options) {
    super(CodecId.ANCHOR, options);
  }

  /** What a payload says before the bitstream. */
  private record Head(
      VideoStandard standard, int bits, int[] channels, List<FeatureRange> ranges, int bytes) {
    UniformQuantizer[] quantizers() {
      return ranges.stream()
          .map(range -> new UniformQuantizer(range, bits))
          .toArray(UniformQuantizer[]::new);
    }

    VideoFormat format(FramePacking packing) {
      return VideoFormat.monochrome(bits, packing.width(), packing.height());
    }
  }

  @Override
  protected byte[] encodePayload(FeaturePyramid pyramid, Quality quality) throws FeatureException {
    int[] channels = pyramid.levels().stream().mapToInt(Tensor::channels).toArray();
    FramePacking packing =
        FramePacking.of(pyramid.shapes(), channels)
            .orElseThrow(() -> new FeatureException(tooLarge(pyramid.shapes())));
    requireRoomToEncode(packing.samples());
    PayloadWriter out = new PayloadWriter();
    Head head =
        new Head(
            standard(), options().bitDepth().orElse(DEFAULT_BITS), channels, ranges(pyramid), 0);
    write(head, out);
    UniformQuantizer[] quantizers = head.quantizers();
    short[] plane =
        packing.pack(
            (level, index) -> quantizers[level].quantize(pyramid.level(level).data()[index]));
    List<VideoPicture> pictures = List.of(VideoPicture.of(head.format(packing), plane));
    return out.bytes(encodePictures(head.standard(), pictures, quality)).toBytes();
  }

  private List<FeatureRange> ranges(FeaturePyramid pyramid) throws FeatureException {
    List<FeatureRange> ranges = new ArrayList<>();
    for (int i = 0; i < pyramid.size(); i++) {
      try {
        ranges.add(
            options().range().isPresent()
                ? options().range().get()
                : FeatureRange.of(pyramid.level(i).data()));
      } catch (IllegalArgumentException e) {
        throw new FeatureException(pyramid.name(i) + ": " + e.getMessage());
      }
    }
    return ranges;
  }

  private static String tooLarge(List<LevelShape> shapes) {
    return String.format(
        Locale.ROOT,
        "levels of %s: their channels do not fit a picture of sides up to %d",
        shapes,
        VideoFormat.MAX_SIDE);
  }

  private static void write(Head head, PayloadWriter out) {
    boolean oneRange = head.ranges().stream().distinct().count() == 1;
    boolean ownChannels = Arrays.stream(head.channels()).distinct().count() > 1;
    out.u8(head.standard().code()).u8(head.bits());
    out.u8((oneRange ? ONE_RANGE : 0) | (ownChannels ? OWN_CHANNELS : 0));
    for (int i = 0; i < (ownChannels ? head.channels().length : 1); i++) {
      out.varint(head.channels()[i]);
    }
    for (int i = 0; i < (oneRange ? 1 : head.ranges().size()); i++) {
      out.f32(head.ranges().get(i).min()).f32(head.ranges().get(i).max());
    }
  }

  private Head read(StreamFrame frame, PayloadReader in) throws StreamException {
    int levels = frame.shapes().size();
    VideoStandard standard = readStandard(in);
    int bits = in.u8("bit depth");
    if (bits != 8 && bits != 10) {
      throw in.corrupt("bit depth", bits + " is neither 8 nor 10");
    }
    int flags = in.u8("flags");
    if ((flags & ~(ONE_RANGE | OWN_CHANNELS)) != 0) {
      throw in.corrupt("flags", flags + " has bits that no writer sets");
    }
    int[] channels = new int[levels];
    boolean own = (flags & OWN_CHANNELS) != 0;
    for (int i = 0; i < levels; i++) {
      channels[i] = own || i == 0 ? in.varint("channels", 1, limits().maxChannels()) : channels[0];
    }
    List<FeatureRange> ranges = new ArrayList<>();
    boolean one = (flags & ONE_RANGE) != 0;
    for (int i = 0; i < levels; i++) {
      ranges.add(one && i > 0 ? ranges.getFirst() : range(in));
    }
    return new Head(standard, bits, channels, ranges, frame.payload().length - in.remaining());
  }

  private static FeatureRange range(PayloadReader in) throws StreamException {
    float min = in.f32("range");
    float max = in.f32("range");
    try {
      return new FeatureRange(min, max);
    } catch (IllegalArgumentException e) {
      throw in.corrupt("range", String.valueOf(e.getMessage()));
    }
  }

  @Override
  protected FeaturePyramid decodePayload(StreamFrame frame) throws StreamException {
    PayloadReader in = new PayloadReader(frame.payload());
    Head head = read(frame, in);
    FramePacking packing =
        FramePacking.of(frame.shapes(), head.channels())
            .orElseThrow(
                () -> new StreamException.LimitExceeded(0, "shapes", tooLarge(frame.shapes())));
    requireRoom(packing.samples());
    VideoPicture picture =
        decodePictures(head.standard(), in.rest("bitstream"), head.format(packing), 1).getFirst();
    List<Tensor> levels = new ArrayList<>();
    for (int i = 0; i < head.channels().length; i++) {
      LevelShape shape = frame.shapes().get(i);
      levels.add(Tensor.zeros(shape.height(), shape.width(), head.channels()[i]));
    }
    UniformQuantizer[] quantizers = head.quantizers();
    packing.unpack(
        picture.plane(0),
        (level, index, sample) ->
            levels.get(level).data()[index] = quantizers[level].dequantize(sample));
    return FeaturePyramid.of(levels);
  }

  @Override
  public int[] channels(StreamFrame frame) throws StreamException {
    return read(frame, new PayloadReader(frame.payload())).channels();
  }

  @Override
  public Map<String, Double> payloadBits(StreamFrame frame) throws StreamException {
    Head head = read(frame, new PayloadReader(frame.payload()));
    Map<String, Double> bits = new LinkedHashMap<>();
    bits.put("ranges", 8.0 * head.bytes());
    bits.put(head.standard().label(), 8.0 * (frame.payload().length - head.bytes()));
    return bits;
  }
}
