package dev.acceld.probe.tpu.runtime;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Where a libtpu serves its metrics. An address, not a name: nothing here waits for a resolver.
 *
 * @param address of the workload's network namespace: the pod's address
 * @param port 1 to 65535
 */
public record Endpoint(InetAddress address, int port) {
  /** The port where {@code TPU_RUNTIME_METRICS_PORTS} names no other (tpu-info). */
  public static final int DEFAULT_PORT = 8431;

  /**
   * Checks the port.
   *
   * @throws IllegalArgumentException when it is none
   */
  public Endpoint {
    if (port < 1 || port > 0xffff) {
      throw new IllegalArgumentException(port + " is not a port");
    }
  }

  /**
   * Of an address as text, {@code 10.4.0.7} or {@code fd00::7}.
   *
   * @throws IllegalArgumentException when it is not an address
   */
  public static Endpoint of(String address, int port) {
    return new Endpoint(InetAddress.ofLiteral(address), port);
  }

  InetSocketAddress socket() {
    return new InetSocketAddress(address, port);
  }

  /** {@code 10.4.0.7:8431}, {@code [fd00::7]:8431}. */
  @Override
  public String toString() {
    String host = address.getHostAddress();
    return (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + port;
  }
}
