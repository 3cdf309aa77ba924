package dev.facet.codec;

import dev.facet.codec.stream.LevelShape;
import dev.facet.codec.stream.ReferenceFile;
import dev.facet.codec.stream.StreamException;
import dev.facet.codec.stream.StreamFrame;
import dev.facet.codec.stream.StreamIdentity;
import dev.facet.codec.stream.StreamLimits;
import dev.facet.nn.Tensor;
import dev.facet.nn.checkpoint.CheckpointTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A codec without networks, to test what every codec shares: keeps each element as an 8-bit multiple of 1/16, and takes its
 * model's digest from the pack's weights.
 */
final class RawCodec extends ModelStreamCodec {
  private final StreamIdentity identity;

  RawCodec(ModelPack pack) throws IOException {
    super(pack, StreamLimits.DEFAULT);
    identity = new StreamIdentity(pack.kind(), 1, pack.digest(entropyTables()));
  }

  /** Ceil halves from p2 = height x width, elements that this codec keeps exactly. */
  static FeaturePyramid pyramid(int height, int width, int channels, long seed) {
    Random random = new Random(seed);
    List<Tensor> levels = new ArrayList<>();
    for (LevelShape shape : LevelShape.halves(new LevelShape(height, width), 4)) {
      Tensor level = Tensor.zeros(shape.height(), shape.width(), channels);
      for (int i = 0; i < level.data().length; i++) {
        level.data()[i] = (random.nextInt(256) - 128) / 16f;
      }
      levels.add(level);
    }
    return FeaturePyramid.of(levels);
  }

  @Override
  public StreamIdentity identity() {
    return identity;
  }

  @Override
  protected byte[] encodePayload(FeaturePyramid pyramid, Quality quality) {
    ByteBuffer out = ByteBuffer.allocate((int) (pyramid.float32Bytes() / 4));
    for (Tensor level : pyramid.levels()) {
      for (float v : level.data()) {
        out.put((byte) Math.rint(v * 16));
      }
    }
    return out.array();
  }

  @Override
  protected FeaturePyramid decodePayload(StreamFrame frame) throws StreamException {
    ByteBuffer in = ByteBuffer.wrap(frame.payload());
    List<Tensor> levels = new ArrayList<>();
    for (LevelShape shape : frame.shapes()) {
      Tensor level = Tensor.zeros(shape.height(), shape.width(), pack().config().features());
      if (in.remaining() < level.data().length) {
        throw new StreamException.Corrupt(0, "payload", "too short");
      }
      for (int i = 0; i < level.data().length; i++) {
        level.data()[i] = in.get() / 16f;
      }
      levels.add(level);
    }
    return FeaturePyramid.of(levels);
  }

  @Override
  public Map<String, Double> payloadBits(StreamFrame frame) {
    return Map.of("elements", 8.0 * frame.payload().length);
  }

  @Override
  public List<CheckpointTensor> entropyTables() {
    return List.of(CheckpointTensor.ofInts("table", new int[] {0, 65536}, 2));
  }

  @Override
  public ReferenceFile encodeReference(FeaturePyramid pyramid, Quality quality) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FeaturePyramid decodeReference(ReferenceFile file, Quality quality) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
