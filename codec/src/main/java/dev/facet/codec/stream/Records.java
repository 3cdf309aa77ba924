package dev.facet.codec.stream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Header, frame record and end record: how each is written and read (docs/stream.md). */
final class Records {
  static final byte[] MAGIC = {'F', 'C', 'M'};
  static final int CRC_BYTES = 4;

  // Low bits of a record's head.
  static final int MODE_BITS = 3;
  static final int MODE_MASK = (1 << MODE_BITS) - 1;
  static final int END = 0;
  static final int REPEAT = 1;
  static final int REPEAT_SHAPES = 2;
  static final int HALVES = 3;
  static final int EXPLICIT = 4;

  private Records() {}

  /**
   * A frame as it was read.
   *
   * @param start where the record begins
   * @param end where the next one begins
   * @param number the frame number that makes the check right, or -1 if nothing was checked
   */
  record ReadFrame(StreamFrame frame, long start, long end, int number) {}

  /**
   * The end of a sequence as it was read.
   *
   * @param lengths bytes of each record; empty without an index
   */
  record ReadEnd(int frames, List<Integer> lengths, long end) {}

  // ---- header

  /** The header of a new stream; {@code first} gives a sequence the shapes and quality to repeat. */
  static StreamHeader header(
      StreamIdentity identity,
      FeatureDigestSize digestSize,
      boolean sequence,
      boolean indexed,
      StreamFrame first) {
    StreamHeader header =
        new StreamHeader(
            StreamHeader.VERSION,
            identity.codec(),
            identity.profile(),
            identity.modelPrefix(),
            sequence,
            indexed,
            digestSize,
            sequence ? first.qualitySteps() : 0,
            sequence ? first.shapes() : List.of(),
            first.picture().isPresent(),
            sequence ? first.picture() : Optional.empty(),
            0);
    return header.withBytes(encode(header).length);
  }

  /** The bytes of a header: there is one spelling only. */
  static byte[] encode(StreamHeader header) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MAGIC);
    out.write(header.version());
    out.write(header.codec().code());
    out.write(header.profile());
    out.write(
        (header.sequence() ? StreamHeader.FLAG_SEQUENCE : 0)
            | (header.indexed() ? StreamHeader.FLAG_INDEX : 0)
            | (header.digestSize().code() << StreamHeader.DIGEST_SHIFT)
            | (header.pictures() ? StreamHeader.FLAG_PICTURES : 0));
    out.writeBytes(HexFormat.of().parseHex(header.modelPrefix()));
    if (header.sequence()) {
      boolean explicit = !Shapes.areHalves(header.shapes());
      Varint.write(out, head(header.qualitySteps(), explicit ? EXPLICIT : HALVES));
      Shapes.write(out, header.codec(), header.shapes(), explicit);
      writePicture(out, header.picture());
      CRC32C crc = new CRC32C();
      crc.update(out.toByteArray());
      writeU32(out, (int) crc.getValue());
    }
    return out.toByteArray();
  }

  static StreamHeader readHeader(StreamInput in, StreamLimits limits) throws IOException {
    in.startCheck(new byte[0]);
    for (byte expected : MAGIC) {
      if (in.u8("magic") != expected) {
        throw new StreamException.Corrupt(
            in.offset() - 1, "magic", "this is not a Facet stream (it would begin with FCM)");
      }
    }
    int version = in.u8("version");
    if (version < StreamHeader.OLDEST_VERSION || version > StreamHeader.VERSION) {
      throw new StreamException.UnsupportedVersion(
          StreamHeader.VERSION_OFFSET,
          "version",
          String.format(
              Locale.ROOT,
              "version %d is too %s: this build reads %d to %d",
              version,
              version > StreamHeader.VERSION ? "new" : "old",
              StreamHeader.OLDEST_VERSION,
              StreamHeader.VERSION));
    }
    int code = in.u8("codec");
    CodecId codec =
        CodecId.ofCode(code)
            .orElseThrow(() ->
                new StreamException.UnsupportedVersion(
                    StreamHeader.CODEC_OFFSET,
                    "codec",
                    String.format(
                        Locale.ROOT, "codec %d is unknown: a newer release may know it", code)));
    int profile = in.u8("profile");
    int flags = in.u8("flags");
    boolean sequence = (flags & StreamHeader.FLAG_SEQUENCE) != 0;
    boolean indexed = (flags & StreamHeader.FLAG_INDEX) != 0;
    Optional<FeatureDigestSize> digest =
        FeatureDigestSize.ofCode((flags >> StreamHeader.DIGEST_SHIFT) & 0b11);
    if ((flags & ~StreamHeader.KNOWN_FLAGS) != 0 || digest.isEmpty()) {
      throw new StreamException.UnsupportedVersion(
          StreamHeader.FLAGS_OFFSET,
          "flags",
          String.format(Locale.ROOT, "0x%02x has flags that this build does not know", flags));
    }
    if (indexed && !sequence) {
      throw new StreamException.Corrupt(
          StreamHeader.FLAGS_OFFSET, "flags", "an index, but no sequence");
    }
    boolean pictures = (flags & StreamHeader.FLAG_PICTURES) != 0;
    String prefix = HexFormat.of().formatHex(in.bytes(StreamIdentity.PREFIX_BYTES, "model"));
    int quality = 0;
    List<LevelShape> shapes = List.of();
    Optional<PictureSize> picture = Optional.empty();
    if (sequence) {
      long at = in.offset();
      int head = in.varint("sequence quality");
      int mode = head & MODE_MASK;
      if (mode != HALVES && mode != EXPLICIT) {
        throw new StreamException.Corrupt(
            at, "sequence quality", "mode " + mode + " has no place here");
      }
      quality = quality(head, at);
      shapes = Shapes.read(in, codec, mode == EXPLICIT, limits);
      picture = pictures ? Optional.of(readPicture(in)) : Optional.empty();
      int computed = in.check();
      at = in.offset();
      if (in.u32("header check") != computed) {
        throw new StreamException.Corrupt(at, "header check", "the header is damaged");
      }
    }
    return new StreamHeader(
        version,
        codec,
        profile,
        prefix,
        sequence,
        indexed,
        digest.get(),
        quality,
        shapes,
        pictures,
        picture,
        (int) in.offset());
  }

  /** What every check in the stream starts with: the whole digest, then the header. */
  static byte[] seed(StreamIdentity identity, StreamHeader of) {
    byte[] digest = identity.modelDigest();
    byte[] header = encode(of);
    byte[] seed = Arrays.copyOf(digest, digest.length + header.length);
    System.arraycopy(header, 0, seed, digest.length, header.length);
    return seed;
  }

  // ---- frames

  /** Everything of a frame but payload, digest and check. */
  static byte[] frameHead(StreamFrame frame, StreamHeader header) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int quality = frame.qualitySteps();
    if (header.sequence() && frame.isOf(header.shapes(), header.picture())) {
      boolean repeat = quality == header.qualitySteps();
      Varint.write(out, repeat ? head(0, REPEAT) : head(quality, REPEAT_SHAPES));
    } else {
      boolean explicit = !Shapes.areHalves(frame.shapes());
      Varint.write(out, head(quality, explicit ? EXPLICIT : HALVES));
      Shapes.write(out, header.codec(), frame.shapes(), explicit);
      writePicture(out, frame.picture());
    }
    Varint.write(out, frame.payload().length);
    return out.toByteArray();
  }

  /** The check: CRC-32C of seed and record, with the frame's number mixed in so that frames cannot swap. */
  static int frameCheck(int crc, int number) {
    return crc ^ number;
  }

  /**
   * Reads a frame, or returns null if the end record begins here (its head is consumed).
   *
   * @param seed null to skip the check
   */
  static @Nullable ReadFrame readFrame(
      StreamInput in, StreamHeader header, byte @Nullable [] seed, StreamLimits limits)
      throws IOException {
    long start = in.offset();
    in.startCheck(seed == null ? new byte[0] : seed);
    int head = in.varint("frame head");
    if (head == END && header.sequence()) {
      return null;
    }
    int mode = head & MODE_MASK;
    boolean own = mode == HALVES || mode == EXPLICIT;
    boolean repeated = header.sequence() && (head == REPEAT || mode == REPEAT_SHAPES);
    if (!own && !repeated) {
      throw new StreamException.Corrupt(start, "frame head", "mode " + mode + " has no place here");
    }
    int quality = mode == REPEAT ? header.qualitySteps() : quality(head, start);
    List<LevelShape> shapes =
        own ? Shapes.read(in, header.codec(), mode == EXPLICIT, limits) : header.shapes();
    Optional<PictureSize> picture =
        own && header.pictures() ? Optional.of(readPicture(in)) : header.picture();
    boolean same = shapes.equals(header.shapes()) && picture.equals(header.picture());
    if (header.sequence() && isWasteful(mode, quality, same, header)) {
      throw new StreamException.Corrupt(start, "frame head", "writes out what could be repeated");
    }
    long at = in.offset();
    int length = in.varint("payload length");
    if (length > limits.maxPayloadBytes()) {
      throw new StreamException.LimitExceeded(
          at,
          "payload length",
          String.format(
              Locale.ROOT, "%d bytes, the limit is %d", length, limits.maxPayloadBytes()));
    }
    byte[] payload = in.bytes(length, "payload");
    byte[] digest = in.bytes(header.digestSize().bytes(), "feature digest");
    int computed = in.check();
    int stored = in.u32("frame check");
    int number = seed == null ? -1 : stored ^ computed;
    return new ReadFrame(
        new StreamFrame(quality, shapes, picture, payload, digest), start, in.offset(), number);
  }

  /** One frame has one spelling, so that equal frames are equal bytes. */
  private static boolean isWasteful(int mode, int quality, boolean same, StreamHeader header) {
    return (mode == REPEAT_SHAPES && quality == header.qualitySteps())
        || ((mode == HALVES || mode == EXPLICIT) && same);
  }

  private static void writePicture(ByteArrayOutputStream out, Optional<PictureSize> picture) {
    picture.ifPresent(size -> {
      Varint.write(out, size.height());
      Varint.write(out, size.width());
    });
  }

  private static PictureSize readPicture(StreamInput in) throws IOException {
    long start = in.offset();
    int height = in.varint("picture size");
    int width = in.varint("picture size");
    if (height == 0 || width == 0) {
      throw new StreamException.Corrupt(start, "picture size", height + "x" + width + " is empty");
    }
    return new PictureSize(height, width);
  }

  /** The frame was read, and its check is wrong. */
  static StreamException damaged(ReadFrame read, int number) {
    return new StreamException.Corrupt(
        read.start(),
        "frame check",
        String.format(
            Locale.ROOT,
            "frame %d is damaged, or was made with another model of the same prefix",
            number));
  }

  // ---- end of a sequence

  static byte[] end(byte[] seed, List<Integer> lengths, boolean indexed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Varint.write(out, END);
    Varint.write(out, lengths.size());
    if (indexed) {
      lengths.forEach(length -> Varint.write(out, length));
      writeU32(out, out.size() + 2 * CRC_BYTES);
    }
    CRC32C crc = new CRC32C();
    crc.update(seed);
    crc.update(out.toByteArray());
    writeU32(out, (int) crc.getValue());
    return out.toByteArray();
  }

  /**
   * Reads the end record behind its head. The check must have been started before the head.
   *
   * @param start where the record begins
   * @param checked whether the check was seeded with the model
   */
  static ReadEnd readEnd(
      StreamInput in, StreamHeader header, long start, boolean checked, StreamLimits limits)
      throws IOException {
    long at = in.offset();
    int frames = in.varint("frame count");
    if (frames > limits.maxFrames()) {
      throw new StreamException.LimitExceeded(
          at,
          "frame count",
          String.format(Locale.ROOT, "%d, the limit is %d", frames, limits.maxFrames()));
    }
    List<Integer> lengths = new ArrayList<>();
    if (header.indexed()) {
      for (int i = 0; i < frames; i++) {
        lengths.add(in.varint("index"));
      }
      at = in.offset();
      if (Integer.toUnsignedLong(in.u32("index size")) != at + 2 * CRC_BYTES - start) {
        throw new StreamException.Corrupt(at, "index size", "is not the size of the end record");
      }
    }
    int computed = in.check();
    at = in.offset();
    if (in.u32("end check") != computed && checked) {
      throw new StreamException.Corrupt(
          at, "end check", "the end of the sequence is damaged, or the model is another one");
    }
    return new ReadEnd(frames, lengths, in.offset());
  }

  private static int head(int quality, int mode) {
    return (quality << MODE_BITS) | mode;
  }

  private static int quality(int head, long at) throws StreamException {
    int quality = head >>> MODE_BITS;
    if (quality > StreamFrame.MAX_QUALITY_STEPS) {
      throw new StreamException.Corrupt(at, "quality", quality + "/32 is out of range");
    }
    return quality;
  }

  static void writeU32(ByteArrayOutputStream out, int value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.write(value >>> shift);
    }
  }
}
