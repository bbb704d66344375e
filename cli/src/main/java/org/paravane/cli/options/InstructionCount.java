package org.paravane.cli.options;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of instructions such as {@code 1000000}, {@code 500M} or {@code 1.5G}, with powers of a thousand. */
final class InstructionCount implements ITypeConverter<Long> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)([KMGT]?)");

  @Override
  public Long convert(String text) {
    Matcher matcher = FORM.matcher(text.toUpperCase(Locale.ROOT).replace("_", ""));
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a number of instructions such as 500M or 2G");
    }
    int power =
        switch (matcher.group(2)) {
          case "K" -> 3;
          case "M" -> 6;
          case "G" -> 9;
          case "T" -> 12;
          default -> 0;
        };
    BigDecimal count = new BigDecimal(matcher.group(1)).scaleByPowerOfTen(power);
    if (count.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new TypeConversionException("'" + text + "' is more instructions than can be counted");
    }
    return count.longValue();
  }
}
