package dev.facet.eval.jpeg2000;

import com.github.jaiimageio.jpeg2000.impl.J2KImageWriteParamJava;
import dev.facet.codec.video.VideoCodecException;
import dev.facet.codec.video.VideoFormat;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import jj2000.j2k.codestream.writer.FileCodestreamWriter;
import jj2000.j2k.codestream.writer.HeaderEncoder;
import jj2000.j2k.entropy.encoder.EntropyCoder;
import jj2000.j2k.entropy.encoder.PostCompRateAllocator;
import jj2000.j2k.image.DataBlk;
import jj2000.j2k.image.DataBlkInt;
import jj2000.j2k.image.ImgDataConverter;
import jj2000.j2k.image.Tiler;
import jj2000.j2k.image.forwcomptransf.ForwCompTransf;
import jj2000.j2k.image.input.ImgReader;
import jj2000.j2k.quantization.quantizer.Quantizer;
import jj2000.j2k.roi.encoder.ROIScaler;
import jj2000.j2k.wavelet.analysis.ForwardWT;

/**
 * One plane to a codestream, by the stages of JJ2000 one after the other: its writer for ImageIO takes a temporary file, and would code
 * 10 bits as 16.
 */
final class PlaneEncoder {
  private PlaneEncoder() {}

  static byte[] encode(VideoFormat format, short[] samples, double step)
      throws VideoCodecException {
    J2KImageWriteParamJava options = options(step);
    Plane plane = new Plane(format, samples);
    Tiler tiler = new Tiler(plane, 0, 0, 0, 0, format.width(), format.height());
    ForwardWT wavelet =
        ForwardWT.createInstance(new ImgDataConverter(new ForwCompTransf(tiler, options)), options);
    Quantizer quantizer = Quantizer.createInstance(wavelet, options);
    ROIScaler regions = ROIScaler.createInstance(quantizer, options);
    EntropyCoder coder =
        EntropyCoder.createInstance(
            regions,
            options,
            options.getCodeBlockSize(),
            options.getPrecinctPartition(),
            options.getBypass(),
            options.getResetMQ(),
            options.getTerminateOnByte(),
            options.getCausalCXInfo(),
            options.getCodeSegSymbol(),
            options.getMethodForMQLengthCalc(),
            options.getMethodForMQTermination());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      FileCodestreamWriter writer = new FileCodestreamWriter(out, Integer.MAX_VALUE);
      PostCompRateAllocator allocator =
          PostCompRateAllocator.createInstance(coder, Float.MAX_VALUE, writer, options);
      HeaderEncoder header =
          new HeaderEncoder(plane, new boolean[1], wavelet, tiler, options, regions, allocator);
      allocator.setHeaderEncoder(header);
      header.encodeMainHeader();
      allocator.initialize();
      header.reset();
      header.encodeMainHeader();
      writer.commitBitstreamHeader(header);
      allocator.runAndWrite();
      writer.close();
    } catch (IOException e) {
      throw new VideoCodecException("JJ2000 fails while encoding: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  private static J2KImageWriteParamJava options(double step) {
    // takes the number of components from it, and nothing else that matters here
    Raster one = Raster.createBandedRaster(DataBuffer.TYPE_BYTE, 1, 1, 1, null);
    J2KImageWriteParamJava options = new J2KImageWriteParamJava(one);
    options.setLossless(false);
    options.setFilters("w9x7");
    options.setQuantizationType("expounded");
    // the parser knows no exponents
    options.setQuantizationStep(BigDecimal.valueOf(step).toPlainString());
    options.setComponentTransformation("off");
    options.setLayers("sl"); // a single layer
    return options;
  }

  /** The samples, centred on 0. */
  private static final class Plane extends ImgReader {
    private final VideoFormat format;
    private final short[] samples;

    Plane(VideoFormat format, short[] samples) {
      this.format = format;
      this.samples = samples;
      w = format.width();
      h = format.height();
      nc = 1;
    }

    @Override
    public void close() {}

    @Override
    public boolean isOrigSigned(int component) {
      return false;
    }

    @Override
    public int getNomRangeBits(int component) {
      return format.bitDepth();
    }

    @Override
    public int getFixedPoint(int component) {
      return 0;
    }

    @Override
    public DataBlk getInternCompData(DataBlk block, int component) {
      return getCompData(block, component);
    }

    @Override
    public DataBlk getCompData(DataBlk block, int component) {
      DataBlkInt filled =
          block instanceof DataBlkInt ints
              ? ints
              : new DataBlkInt(block.ulx, block.uly, block.w, block.h);
      int[] data = filled.getDataInt();
      if (data == null || data.length < filled.w * filled.h) {
        data = new int[filled.w * filled.h];
        filled.setDataInt(data);
      }
      int centre = 1 << (format.bitDepth() - 1);
      int to = 0;
      for (int y = filled.uly; y < filled.uly + filled.h; y++) {
        for (int x = filled.ulx; x < filled.ulx + filled.w; x++) {
          data[to++] = samples[y * w + x] - centre;
        }
      }
      filled.offset = 0;
      filled.scanw = filled.w;
      filled.progressive = false;
      return filled;
    }
  }
}
