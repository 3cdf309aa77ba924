package dev.facet.eval.jpeg2000;

import com.github.jaiimageio.jpeg2000.impl.J2KImageReadParamJava;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import jj2000.j2k.codestream.HeaderInfo;
import jj2000.j2k.codestream.reader.BitstreamReaderAgent;
import jj2000.j2k.codestream.reader.HeaderDecoder;
import jj2000.j2k.decoder.DecoderSpecs;
import jj2000.j2k.image.DataBlk;
import jj2000.j2k.image.DataBlkInt;
import jj2000.j2k.image.ImgDataConverter;
import jj2000.j2k.image.invcomptransf.InvCompTransf;
import jj2000.j2k.util.FacilityManager;
import jj2000.j2k.util.ISRandomAccessIO;
import jj2000.j2k.util.MsgLogger;
import jj2000.j2k.wavelet.synthesis.InverseWT;

/** One codestream to a plane, by the stages of JJ2000 one after the other. */
final class PlaneDecoder {
  private PlaneDecoder() {}

  /**
   * Decodes.
   *
   * @param format of the plane, which the codestream must have
   * @throws VideoCodecException if it is damaged, or not such a codestream as {@link PlaneEncoder} writes
   */
  static short[] decode(VideoFormat format, byte[] bytes, int from, int length)
      throws VideoCodecException {
    CodestreamHeader.require(bytes, from, length, format);
    Thread thread = Thread.currentThread();
    FacilityManager.registerMsgLogger(thread, SILENT); // it would print warnings
    try {
      return samples(format, new ByteArrayInputStream(bytes, from, length), length);
    } catch (OutOfMemoryError e) {
      throw e;
    } catch (IOException | RuntimeException | Error e) {
      // the library checks little, and throws Error too: what it stumbles over is the codestream's
      // fault
      throw new VideoCodecException(
          "the bitstream is damaged: JJ2000 fails with " + e.toString().replaceAll("\\s+", " "), e);
    } finally {
      FacilityManager.unregisterMsgLogger(thread);
    }
  }

  private static final MsgLogger SILENT =
      new MsgLogger() {
        @Override
        public void printmsg(int severity, String message) {}

        @Override
        public void println(String text, int firstIndent, int indent) {}

        @Override
        public void flush() {}
      };

  private static short[] samples(VideoFormat format, ByteArrayInputStream bytes, int length)
      throws IOException {
    // buffer, growth and limit: the whole codestream at once
    ISRandomAccessIO in = new ISRandomAccessIO(bytes, length + 1, 1, length + 1);
    J2KImageReadParamJava options = new J2KImageReadParamJava();
    HeaderInfo info = new HeaderInfo();
    HeaderDecoder header = new HeaderDecoder(in, options, info);
    DecoderSpecs specs = header.getDecoderSpecs();
    int[] depth = {header.getOriginalBitDepth(0)};
    BitstreamReaderAgent reader =
        BitstreamReaderAgent.createInstance(in, header, options, specs, false, info);
    InverseWT wavelet =
        InverseWT.createInstance(
            header.createDequantizer(
                header.createROIDeScaler(
                    header.createEntropyDecoder(reader, options), options, specs),
                depth,
                specs),
            specs);
    wavelet.setImgResLevel(reader.getImgRes());
    InvCompTransf planes = new InvCompTransf(new ImgDataConverter(wavelet, 0), specs, depth);
    planes.setTile(0, 0);
    DataBlk block =
        planes.getInternCompData(new DataBlkInt(0, 0, format.width(), format.height()), 0);
    int[] data = ((DataBlkInt) block).getDataInt();
    int centre = 1 << (format.bitDepth() - 1);
    short[] samples = new short[format.width() * format.height()];
    for (int y = 0; y < format.height(); y++) {
      int start = block.offset + y * block.scanw;
      for (int x = 0; x < format.width(); x++) {
        samples[y * format.width() + x] =
            (short) Math.clamp(data[start + x] + (long) centre, 0, format.maxSample());
      }
    }
    return samples;
  }
}
