package dev.facet.codec;

import dev.facet.codec.video.VideoCodec;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoCodecProvider;
import dev.facet.codec.video.VideoCodecs;
import dev.facet.codec.video.VideoFormat;
import dev.facet.codec.video.VideoPicture;
import dev.facet.codec.video.VideoStandard;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A video codec for tests that need no library: rounds samples to multiples of the QP's step (exact up to QP 4 at 8 bits), and deflates
 * them. Its bitstreams say nothing of the format.
 */
public final class StepVideo implements VideoCodec, VideoCodecProvider {
  private final List<VideoPicture> seen = new ArrayList<>();

  /** All pictures that were encoded. */
  public List<VideoPicture> seen() {
    return seen;
  }

  /** Options with this as HEVC. */
  public CodecOptions options() {
    return CodecOptions.standard().withVideoCodecs(VideoCodecs.of(List.of(this)));
  }

  @Override
  public VideoStandard standard() {
    return VideoStandard.HEVC;
  }

  @Override
  public VideoCodec open() {
    return this;
  }

  @Override
  public String description() {
    return "rounding, for tests";
  }

  @Override
  public Optional<String> cannotEncode() {
    return Optional.empty();
  }

  private static int step(int qp, int bitDepth) {
    return Math.max(1, (int) Math.rint(Math.pow(2, (qp - 4) / 6.0) * (1 << (bitDepth - 8))));
  }

  @Override
  public byte[] encode(List<VideoPicture> pictures, int qp) {
    seen.addAll(pictures);
    ByteArrayOutputStream samples = new ByteArrayOutputStream();
    samples.write(qp);
    for (VideoPicture picture : pictures) {
      int step = step(qp, picture.format().bitDepth());
      for (int p = 0; p < picture.format().chroma().planes(); p++) {
        for (short sample : picture.plane(p)) {
          int level = (sample + step / 2) / step;
          samples.write(level >> 8);
          samples.write(level);
        }
      }
    }
    Deflater deflater = new Deflater();
    deflater.setInput(samples.toByteArray());
    deflater.finish();
    byte[] out = new byte[samples.size() + 64];
    int size = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, size);
  }

  @Override
  public List<VideoPicture> decode(byte[] bitstream, VideoFormat format, int count)
      throws VideoCodecException {
    byte[] bytes = new byte[Math.toIntExact(1 + 2 * format.samples() * count)];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(bitstream);
      if (inflater.inflate(bytes) != bytes.length
          || inflater.inflate(new byte[1]) != 0
          || !inflater.finished()
          || inflater.getRemaining() != 0) {
        throw new VideoCodecException("the bitstream holds other pictures");
      }
    } catch (DataFormatException e) {
      throw new VideoCodecException("the bitstream is damaged", e);
    } finally {
      inflater.end();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int step = step(in.get(), format.bitDepth());
    List<VideoPicture> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      short[][] planes = new short[format.chroma().planes()][];
      for (int p = 0; p < planes.length; p++) {
        planes[p] = new short[format.planeWidth(p) * format.planeHeight(p)];
        for (int k = 0; k < planes[p].length; k++) {
          planes[p][k] = (short) Math.min((in.getShort() & 0xFFFF) * step, format.maxSample());
        }
      }
      pictures.add(VideoPicture.of(format, planes));
    }
    return pictures;
  }
}
