package dev.facet.codec.lmsfc;

import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFile;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** What disks, networks and programs do to bytes. Each kind gives new bytes; the caller sees to it that they differ. */
enum Damage {
  ONE_BIT("one bit") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      return flip(stream, random, 1);
    }
  },
  FEW_BITS("2 to 16 bits anywhere") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      return flip(stream, random, 2 + random.nextInt(15));
    }
  },
  BURST("a burst within 32 bits") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      byte[] out = stream.clone();
      int first = random.nextInt(8 * stream.length);
      for (int bit = first; bit < Math.min(first + 32, 8 * stream.length); bit++) {
        if (random.nextBoolean()) {
          out[bit / 8] ^= (byte) (1 << bit % 8);
        }
      }
      return out;
    }
  },
  OVERWRITTEN("a block overwritten by noise") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      return overwrite(stream, random, noise(random, 1 + random.nextInt(stream.length)));
    }
  },
  ERASED("a block set to 00 or FF") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      byte[] block = new byte[1 + random.nextInt(stream.length)];
      Arrays.fill(block, (byte) (random.nextBoolean() ? 0x00 : 0xFF));
      return overwrite(stream, random, block);
    }
  },
  TRUNCATED("cut off at the end") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      return Arrays.copyOf(stream, random.nextInt(stream.length));
    }
  },
  EXTENDED("bytes added at the end: noise, zeros, or its own") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      int n = 1 + random.nextInt(stream.length);
      byte[] more =
          switch (random.nextInt(3)) {
            case 0 -> noise(random, n);
            case 1 -> new byte[n];
            default -> Arrays.copyOfRange(stream, stream.length - n, stream.length);
          };
      return joined(stream, more);
    }
  },
  INSERTED("a block inserted") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      int at = random.nextInt(stream.length);
      byte[] block = noise(random, 1 + random.nextInt(16));
      return joined(part(stream, 0, at), block, part(stream, at, stream.length));
    }
  },
  REMOVED("a block removed") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      int at = random.nextInt(stream.length);
      int end = Math.min(stream.length, at + 1 + random.nextInt(16));
      return joined(part(stream, 0, at), part(stream, end, stream.length));
    }
  },
  SWAPPED("two blocks swapped") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      int[] cuts = random.ints(4, 0, stream.length + 1).sorted().toArray();
      return joined(
          part(stream, 0, cuts[0]),
          part(stream, cuts[2], cuts[3]),
          part(stream, cuts[1], cuts[2]),
          part(stream, cuts[0], cuts[1]),
          part(stream, cuts[3], stream.length));
    }
  },
  RECORDS("whole frame records dropped, repeated or reordered") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) {
      List<byte[]> records = new ArrayList<>();
      for (int i = 0; i < file.frameCount(); i++) {
        int from = (int) file.offset(i);
        records.add(part(stream, from, from + (int) file.recordBytes(i)));
      }
      int last = file.frameCount() - 1;
      int behind = (int) (file.offset(last) + file.recordBytes(last));
      int one = random.nextInt(records.size());
      switch (random.nextInt(3)) {
        case 0 -> records.remove(one);
        case 1 -> records.add(random.nextInt(records.size() + 1), records.get(one));
        default -> Collections.shuffle(records, random);
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(part(stream, 0, file.header().bytes()));
      records.forEach(out::writeBytes);
      out.writeBytes(part(stream, behind, stream.length));
      return out.toByteArray();
    }
  },
  EXTREME("a byte of header, record head or end set to an extreme") {
    @Override
    byte[] apply(byte[] stream, StreamFile file, Random random) throws StreamException {
      int frame = random.nextInt(file.frameCount());
      int payload = file.frame(frame).payload().length;
      int at =
          switch (random.nextInt(3)) {
            case 0 -> random.nextInt(file.header().bytes());
            case 1 -> {
              int head = (int) file.recordBytes(frame) - payload;
              yield (int) file.offset(frame) + random.nextInt(Math.max(1, head));
            }
            default -> stream.length - 1 - random.nextInt(Math.min(16, stream.length));
          };
      byte[] out = stream.clone();
      out[at] = (byte) EXTREMES[random.nextInt(EXTREMES.length)];
      return out;
    }
  };

  private static final int[] EXTREMES = {0x00, 0x01, 0x07, 0x0F, 0x7F, 0x80, 0x81, 0xFE, 0xFF};

  private final String text;

  Damage(String text) {
    this.text = text;
  }

  /**
   * Damaged bytes, now and then the same ones.
   *
   * @param file the intact stream, opened
   */
  abstract byte[] apply(byte[] stream, StreamFile file, Random random) throws StreamException;

  @Override
  public String toString() {
    return text;
  }

  private static byte[] flip(byte[] stream, Random random, int bits) {
    byte[] out = stream.clone();
    for (int i = 0; i < bits; i++) {
      int bit = random.nextInt(8 * stream.length);
      out[bit / 8] ^= (byte) (1 << bit % 8);
    }
    return out;
  }

  private static byte[] noise(Random random, int n) {
    byte[] noise = new byte[n];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] overwrite(byte[] stream, Random random, byte[] block) {
    byte[] out = stream.clone();
    int at = random.nextInt(stream.length - block.length + 1);
    System.arraycopy(block, 0, out, at, block.length);
    return out;
  }

  private static byte[] part(byte[] stream, int from, int to) {
    return Arrays.copyOfRange(stream, from, to);
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
