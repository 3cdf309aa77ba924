package dev.facet.simd;

import dev.facet.nn.Fma;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Fma}'s double arithmetic on every lane, for processors without the instruction, where the Vector API would compute
 * each lane by BigDecimal. Float vectors have half the platform's width here, so that the doubles of all their lanes fill one
 * register.
 */
final class SoftFma {
  private static final VectorSpecies<Double> D = VectorSpecies.of(double.class, doubles());

  static final VectorSpecies<Float> F =
      VectorSpecies.of(float.class, VectorShape.forBitSize(D.vectorBitSize() / 2));

  private SoftFma() {}

  /** a * b + c, rounded once: the product is exact, the sum rounded to odd and then to float. Vectors of {@link #F}. */
  static FloatVector fma(FloatVector a, FloatVector b, FloatVector c) {
    DoubleVector addend = widen(c);
    DoubleVector product = widen(a).mul(widen(b));
    DoubleVector sum = product.add(addend);
    DoubleVector rest = sum.sub(product);
    DoubleVector error = product.sub(sum.sub(rest)).add(addend.sub(rest));
    VectorMask<Double> inexact = error.abs().compare(VectorOperators.GT, 0);
    LongVector bits = sum.reinterpretAsLongs();
    LongVector down =
        bits.lanewise(VectorOperators.XOR, error.reinterpretAsLongs())
            .lanewise(VectorOperators.LSHR, 63);
    DoubleVector odd = bits.sub(down).or(1).reinterpretAsDoubles();
    return (FloatVector) sum.blend(odd, inexact).convertShape(VectorOperators.D2F, F, 0);
  }

  private static DoubleVector widen(FloatVector v) {
    return (DoubleVector) v.convertShape(VectorOperators.F2D, D, 0);
  }

  /** The platform's preferred shape; from 128 bits on, for there is no vector of one float. */
  private static VectorShape doubles() {
    int preferred = FloatVector.SPECIES_PREFERRED.vectorBitSize();
    return VectorShape.forBitSize(Math.clamp(preferred, 128, 512));
  }
}
