package dev.facet.bench;

import dev.facet.entropy.CdfTable;
import dev.facet.entropy.CorruptStreamException;
import dev.facet.entropy.GaussianConditional;
import dev.facet.entropy.GaussianVariant;
import dev.facet.entropy.RansDecoder;
import dev.facet.entropy.RansEncoder;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** rANS with a table row for each symbol, in millions of symbols a second (ops/us), on one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(5)
public class EntropyBenchmark {
  private static final int SYMBOLS = 1 << 18;

  @Param public Symbols.RowSpread rows = Symbols.RowSpread.LOW_RATE;

  private final RansEncoder encoder = new RansEncoder();
  private final int[] decoded = new int[SYMBOLS];
  private CdfTable table;
  private Symbols symbols;
  private byte[] stream;

  /** Draws the symbols and encodes them. */
  @Setup
  public void setUp() {
    table = GaussianConditional.of(GaussianVariant.values()[0]).table();
    symbols = Symbols.draw(table, SYMBOLS, rows);
    stream = encode();
    System.out.println("stream of " + stream.length + " bytes");
  }

  /** Symbols to a stream. */
  @Benchmark
  @OperationsPerInvocation(SYMBOLS)
  public byte[] encode() {
    encoder.encode(symbols.values(), symbols.rows(), 0, SYMBOLS, table);
    return encoder.finish();
  }

  /** The stream to symbols. */
  @Benchmark
  @OperationsPerInvocation(SYMBOLS)
  public int[] decode() throws CorruptStreamException {
    RansDecoder decoder = new RansDecoder(stream);
    decoder.decode(decoded, symbols.rows(), 0, SYMBOLS, table);
    decoder.finish();
    return decoded;
  }

  /** Compares. */
  @TearDown
  public void tearDown() throws CorruptStreamException {
    if (!java.util.Arrays.equals(decode(), symbols.values())) {
      throw new IllegalStateException("other symbols came back");
    }
    CRC32C crc = new CRC32C();
    crc.update(stream);
    Figure.printChecksum(HexFormat.of().toHexDigits((int) crc.getValue()));
  }
}
