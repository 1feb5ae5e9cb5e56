package dev.acceld.agent.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * Where to listen: {@code :9400} (all interfaces), {@code 127.0.0.1:0} (any free port), {@code
 * [::]:9400}.
 *
 * @param host name or address without brackets; empty for all interfaces
 * @param port 0 for any free one
 */
public record HttpAddress(String host, int port) {
  private static final String FORMS = "; use :9400, 127.0.0.1:9400 or [::1]:9400";

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException with a sentence that names the text and what is wrong with it
   */
  public static HttpAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw bad(text, "has no ':PORT'");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[")) {
      if (!host.endsWith("]") || !host.contains(":")) {
        throw bad(text, "has no IPv6 address between its brackets");
      }
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw bad(text, "has an IPv6 address without brackets");
    } else if (host.indexOf('/') >= 0) {
      throw bad(text, "is a URL");
    }
    return new HttpAddress(host, port(text, text.substring(colon + 1)));
  }

  private static int port(String text, String digits) {
    try {
      int port = Integer.parseInt(digits);
      if (port >= 0 && port <= 65535) {
        return port;
      }
    } catch (NumberFormatException e) {
      throw bad(text, "has the port '" + digits + "', which is not a number");
    }
    throw bad(text, "has a port outside 0 to 65535");
  }

  private static IllegalArgumentException bad(String text, String why) {
    return new IllegalArgumentException("HTTP address '" + text + "' " + why + FORMS);
  }

  /** The socket address; a host name is looked up. */
  InetSocketAddress resolve() throws UnknownHostException {
    return host.isEmpty()
        ? new InetSocketAddress(port)
        : new InetSocketAddress(InetAddress.getByName(host), port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
