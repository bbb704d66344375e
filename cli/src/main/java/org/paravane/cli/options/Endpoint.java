package org.paravane.cli.options;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Where to listen.
 *
 * @param host a name or an address of this host
 * @param port 0 to 65535; 0 for any that is free
 */
public record Endpoint(String host, int port) {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int MOST_PORTS = 65_535;

  /** Reads {@code [HOST:]PORT}; an IPv6 address is in brackets. */
  static final class Converter implements ITypeConverter<Endpoint> {
    @Override
    public Endpoint convert(String text) {
      int colon = text.lastIndexOf(':');
      String host = colon < 0 ? LOOPBACK : text.substring(0, colon);
      if (host.startsWith("[") && host.endsWith("]")) {
        host = host.substring(1, host.length() - 1);
      }
      try {
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port >= 0 && port <= MOST_PORTS && !host.isEmpty()) {
          return new Endpoint(host, port);
        }
      } catch (NumberFormatException e) {
        throw refusal(text);
      }
      throw refusal(text);
    }

    private static TypeConversionException refusal(String text) {
      return new TypeConversionException(
          "'" + text + "' is not [HOST:]PORT with a port from 0 to 65535");
    }
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
