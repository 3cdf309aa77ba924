package dev.facet.simd;

import dev.facet.nn.Fma;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Fma}'s double arithmetic on every lane, for processors without the instruction, where the Vector API would compute
 * each lane by BigDecimal. Float vectors have half of {@link VectorWidth} here, so that the doubles of all their lanes fill one
 * register.
 */
final class SoftFma {
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, doubles());

  private static final VectorSpecies<Long> BITS = VectorSpecies.of(long.class, D.vectorShape());

  static final VectorSpecies<Float> F =
      VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));

  private SoftFma() {}

  /** a * b + c, rounded once, for vectors of {@link #F}: exact product, sum rounded to odd and then to float. */
  static FloatVector fma(FloatVector a, FloatVector b, FloatVector c) {
    return narrow(sum(widen(a).mul(widen(b)), widen(c)));
  }

  /** One step of a chain whose sums stay in doubles that hold floats: fma(x, w, acc) on every lane. */
  static DoubleVector extend(DoubleVector acc, float x, DoubleVector w) {
    return widen(narrow(sum(w.mul(x), acc)));
  }

  /** a + b rounded to odd; infinities and NaN as they come. */
  private static DoubleVector sum(DoubleVector a, DoubleVector b) {
    DoubleVector sum = a.add(b);
    DoubleVector rest = sum.sub(a);
    DoubleVector error = a.sub(sum.sub(rest)).add(b.sub(rest));
    LongVector bits = bits(sum);
    LongVector down =
        bits.lanewise(VectorOperators.XOR, bits(error)).lanewise(VectorOperators.LSHR, 63);
    DoubleVector odd = (DoubleVector) bits.sub(down).or(1).reinterpretShape(D, 0);
    return sum.blend(odd, error.abs().compare(VectorOperators.GT, 0));
  }

  /** Not reinterpretAsLongs: that looks the species up, which C2 does not see through, and vectors go to the heap. */
  private static LongVector bits(DoubleVector v) {
    return (LongVector) v.reinterpretShape(BITS, 0);
  }

  static DoubleVector widen(FloatVector v) {
    return (DoubleVector) v.convertShape(VectorOperators.F2D, D, 0);
  }

  static FloatVector narrow(DoubleVector v) {
    return (FloatVector) v.convertShape(VectorOperators.D2F, F, 0);
  }

  /** As {@link VectorWidth} says; from 128 bits on, for there is no vector of one float. */
  private static VectorShape doubles() {
    return VectorShape.forBitSize(Math.max(VectorWidth.shape().vectorBitSize(), 128));
  }
}
