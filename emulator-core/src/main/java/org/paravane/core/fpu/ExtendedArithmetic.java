package org.paravane.core.fpu;

import static org.paravane.core.fpu.ExtendedFormat.BIAS;
import static org.paravane.core.fpu.ExtendedFormat.SIGN;
import static org.paravane.core.fpu.FloatException.ZERO_DIVIDE;

/**
 * The basic arithmetic of the x87 FPU: FADD, FSUB, FMUL, FDIV and FSQRT, rounded as precision and rounding control say.
 * One instance serves one CPU; the result of an operation stays in its fields until the next one. The other families of
 * instructions are classes that work on an instance of this one.
 */
public final class ExtendedArithmetic extends ExtendedRounding {
  /** FADD: a + b. */
  public void add(int aSignExponent, long a, int bSignExponent, long b) {
    sum(aSignExponent, a, bSignExponent, b, 0);
  }

  /** FSUB: a - b. For FSUBR the caller swaps the operands. */
  public void subtract(int aSignExponent, long a, int bSignExponent, long b) {
    sum(aSignExponent, a, bSignExponent, b, SIGN);
  }

  private void sum(int aSignExponent, long a, int bSignExponent, long b, int flip) {
    begin();
    boolean denormal = takeDenormalOperand();
    boolean aNegative = (aSignExponent & SIGN) != 0;
    boolean bNegative = ((bSignExponent ^ flip) & SIGN) != 0;
    if (denormal
        || !ExtendedFormat.normal(aSignExponent, a)
        || !ExtendedFormat.normal(bSignExponent, b)) {
      if (propagated(aSignExponent, a, bSignExponent, b)) {
        return;
      }
      boolean aInfinite = ExtendedFormat.infinite(aSignExponent, a);
      boolean bInfinite = ExtendedFormat.infinite(bSignExponent, b);
      if (aInfinite && bInfinite && aNegative != bNegative) {
        setInvalid();
        return;
      }
      if (refusesDenormals(denormal, aSignExponent, a, bSignExponent, b)) {
        return;
      }
      if (aInfinite || bInfinite) {
        setInfinity(aInfinite ? aNegative : bNegative);
        return;
      }
      if (a == 0 || b == 0) {
        sumWithZero(aNegative, aSignExponent, a, bNegative, bSignExponent, b);
        return;
      }
    }
    exact.sum(
        aNegative,
        normalisedExponent(aSignExponent, a) - BIAS,
        normalised(a),
        bNegative,
        normalisedExponent(bSignExponent, b) - BIAS,
        normalised(b));
    if (exact.zero()) {
      setZero(rounding == Rounding.DOWN);
    } else {
      round();
    }
  }

  private void sumWithZero(
      boolean aNegative, int aSignExponent, long a, boolean bNegative, int bSignExponent, long b) {
    if ((a | b) == 0) {
      setZero(aNegative == bNegative ? aNegative : rounding == Rounding.DOWN);
    } else {
      setExact(a == 0 ? bSignExponent : aSignExponent, a == 0 ? b : a);
      exact.negative = a == 0 ? bNegative : aNegative;
      round();
    }
  }

  /** FMUL: a * b. */
  public void multiply(int aSignExponent, long a, int bSignExponent, long b) {
    begin();
    boolean denormal = takeDenormalOperand();
    boolean negative = ((aSignExponent ^ bSignExponent) & SIGN) != 0;
    if (denormal
        || !ExtendedFormat.normal(aSignExponent, a)
        || !ExtendedFormat.normal(bSignExponent, b)) {
      if (propagated(aSignExponent, a, bSignExponent, b)) {
        return;
      }
      boolean infinite =
          ExtendedFormat.infinite(aSignExponent, a) || ExtendedFormat.infinite(bSignExponent, b);
      if (infinite && (a == 0 || b == 0)) {
        setInvalid();
        return;
      }
      if (refusesDenormals(denormal, aSignExponent, a, bSignExponent, b)) {
        return;
      }
      if (infinite) {
        setInfinity(negative);
        return;
      }
      if (a == 0 || b == 0) {
        setZero(negative);
        return;
      }
    }
    exact.product(
        negative,
        normalisedExponent(aSignExponent, a) + normalisedExponent(bSignExponent, b) - 2 * BIAS,
        normalised(a),
        normalised(b));
    round();
  }

  /** FDIV: a / b. For FDIVR the caller swaps the operands. */
  public void divide(int aSignExponent, long a, int bSignExponent, long b) {
    begin();
    boolean denormal = takeDenormalOperand();
    boolean negative = ((aSignExponent ^ bSignExponent) & SIGN) != 0;
    if (denormal
        || !ExtendedFormat.normal(aSignExponent, a)
        || !ExtendedFormat.normal(bSignExponent, b)) {
      if (propagated(aSignExponent, a, bSignExponent, b)) {
        return;
      }
      boolean aInfinite = ExtendedFormat.infinite(aSignExponent, a);
      boolean bInfinite = ExtendedFormat.infinite(bSignExponent, b);
      if ((aInfinite && bInfinite) || (a | b) == 0) {
        setInvalid();
        return;
      }
      if (b == 0 && !aInfinite) {
        flags |= ZERO_DIVIDE;
        setInfinity(negative);
        return;
      }
      if (refusesDenormals(denormal, aSignExponent, a, bSignExponent, b)) {
        return;
      }
      if (aInfinite) {
        setInfinity(negative);
        return;
      }
      if (bInfinite || a == 0) {
        setZero(negative);
        return;
      }
    }
    exact.quotient(
        negative,
        normalisedExponent(aSignExponent, a) - normalisedExponent(bSignExponent, b),
        normalised(a),
        normalised(b));
    round();
  }

  /** FSQRT. */
  public void squareRoot(int signExponent, long significand) {
    begin();
    if (!ExtendedFormat.normal(signExponent, significand) || (signExponent & SIGN) != 0) {
      if (propagated(signExponent, significand)) {
        return;
      }
      if (ExtendedFormat.zero(signExponent, significand)) {
        set(signExponent, significand);
        return;
      }
      if ((signExponent & SIGN) != 0) {
        setInvalid();
        return;
      }
      if (ExtendedFormat.infinite(signExponent, significand)) {
        set(signExponent, significand);
        return;
      }
      if (ExtendedFormat.denormal(signExponent, significand) && stopsOnDenormal()) {
        return;
      }
    }
    exact.squareRoot(normalisedExponent(signExponent, significand) - BIAS, normalised(significand));
    round();
  }

  /** Raises DE if an operand is, or was before widening, denormal; true if the operation must not go on. */
  private boolean refusesDenormals(
      boolean denormal, int aSignExponent, long a, int bSignExponent, long b) {
    return (denormal
            || ExtendedFormat.denormal(aSignExponent, a)
            || ExtendedFormat.denormal(bSignExponent, b))
        && stopsOnDenormal();
  }
}
