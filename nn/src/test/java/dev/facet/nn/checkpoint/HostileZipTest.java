package dev.facet.nn.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;

class HostileZipTest {
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;

  @Test
  void bombsAreRefusedBeforeTheyUnfold() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    byte[] zeros = new byte[40 << 20];
    entries.put("a.npy", zeros);
    entries.put("b.npy", zeros);
    byte[] zip = Pickles.zip(entries, ZipEntry.DEFLATED);
    assertThat(zip.length).isLessThan(100_000);
    // Each of them alone is small enough to be tried; then it is no npy file.
    assertThatThrownBy(() -> Samples.readAll(zip)).hasMessageContaining("is no npy file");
    byte[] claims = zip.clone();
    int at = find(claims, CENTRAL);
    buffer(claims).putInt(at + 24, 0x7FFF_FFF0);
    assertThatThrownBy(() -> Samples.readAll(claims)).hasMessageContaining("unfolds to");
    buffer(claims).putInt(at + 24, 1000);
    assertThatThrownBy(() -> Samples.readAll(claims))
        .hasMessageContaining("does not unfold to its size");
  }

  @Test
  void overlappingEntriesAreRefused() {
    Map<String, byte[]> entries = new HashMap<>();
    entries.put("a.npy", Samples.npy());
    entries.put("b.npy", Samples.npy());
    byte[] zip = Pickles.zip(entries, ZipEntry.STORED);
    int first = find(zip, CENTRAL);
    int second = find(zip, CENTRAL, first + 4);
    int header = buffer(zip).getInt(first + 42);
    buffer(zip).putInt(second + 42, header);
    assertThatThrownBy(() -> Samples.readAll(zip)).hasMessageContaining("overlaps");
  }

  @Test
  void duplicateNamesAreRefused() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("a.npy", Samples.npy());
    entries.put("b.npy", Samples.npy());
    byte[] zip = Pickles.zip(entries, ZipEntry.STORED);
    int second = find(zip, CENTRAL, find(zip, CENTRAL) + 4);
    zip[second + 46] = 'a';
    assertThatThrownBy(() -> Samples.readAll(zip))
        .hasMessageContaining("two zip entries are named");
  }

  @Test
  void hostileCountsAndOffsetsAreRefused() {
    byte[] zip = Samples.torchZip("little", ZipEntry.STORED);
    int end = find(zip, END);
    for (int field : new int[] {10, 12, 16}) {
      for (int value : new int[] {0x7FFF_FFFF, -1, -2, 0x0001_0000}) {
        byte[] changed = zip.clone();
        buffer(changed).putInt(end + field, value);
        assertThatThrownBy(() -> Samples.readAll(changed)).isInstanceOf(CheckpointException.class);
      }
    }
    int central = find(zip, CENTRAL);
    for (int field : new int[] {20, 24, 28, 42}) {
      byte[] changed = zip.clone();
      buffer(changed).putInt(central + field, 0x7FFF_FFFF);
      assertThatThrownBy(() -> Samples.readAll(changed)).isInstanceOf(CheckpointException.class);
    }
    byte[] encrypted = zip.clone();
    encrypted[central + 8] |= 1;
    assertThatThrownBy(() -> Samples.readAll(encrypted)).hasMessageContaining("encrypted");
  }

  @Test
  void checksumsAreVerifiedUnlessTurnedOff() throws CheckpointException {
    byte[] zip = Samples.torchZip("little", ZipEntry.STORED);
    int name = new String(zip, StandardCharsets.ISO_8859_1).indexOf("m/data/0");
    int data = name + 8 + buffer(zip).getShort(name - 2);
    zip[data + 3] ^= 0x40; // the exponent of the first value
    assertThatThrownBy(() -> Samples.readAll(zip)).hasMessageContaining("fails its CRC-32");
    Checkpoint.read("x", zip, Limits.DEFAULT.withVerifyChecksums(false));
  }

  @Test
  void zip64IsRead() throws CheckpointException {
    byte[] zip = Samples.torchZip("little", ZipEntry.STORED);
    int end = find(zip, END);
    ByteBuffer old = buffer(zip);
    ByteBuffer wide =
        ByteBuffer.allocate(zip.length + 76).order(ByteOrder.LITTLE_ENDIAN).put(zip, 0, end);
    wide.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45).putInt(0);
    wide.putInt(0).putLong(old.getShort(end + 10)).putLong(old.getShort(end + 10));
    wide.putLong(old.getInt(end + 12)).putLong(old.getInt(end + 16));
    wide.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    wide.put(zip, end, 22);
    byte[] file = wide.array();
    buffer(file).putInt(end + 76 + 16, -1).putShort(end + 76 + 10, (short) -1);
    assertThat(Checkpoint.read("x", file, Limits.DEFAULT).floats("w", 2, 3))
        .containsExactly(Samples.VALUES);
    for (int i = end; i < file.length; i++) {
      byte[] changed = file.clone();
      changed[i] ^= (byte) 0xFF;
      try {
        Samples.readAll(changed);
      } catch (CheckpointException expected) {
        assertThat(expected.reason()).isNotBlank();
      }
    }
  }

  private static int find(byte[] bytes, int signature) {
    return find(bytes, signature, 0);
  }

  private static int find(byte[] bytes, int signature, int from) {
    for (int i = from; i + 4 <= bytes.length; i++) {
      if (buffer(bytes).getInt(i) == signature) {
        return i;
      }
    }
    throw new AssertionError("no such signature in " + Arrays.toString(bytes));
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
