package dev.acceld.agent.http;

import dev.acceld.agent.http.Connection.State;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who is connected. A newcomer is always let in: when there is no room, the peer that has the most
 * connections loses the one that has kept it waiting longest, so a flood costs whoever makes it,
 * and a probe that says its request at once is answered. On the I/O thread only.
 */
final class Peers {
  private static final Logger log = LoggerFactory.getLogger(Peers.class);
  private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int PREFIX_BYTES = 8; // whoever has one IPv6 address has 2^64

  private final int most;
  private final int mostOfOne;
  private final Map<Object, Set<Connection>> open = new HashMap<>();
  private int count;
  private long toldAt = System.nanoTime() - TELL_NANOS;

  /**
   * @param most connections at a time
   * @param mostOfOne of them from one address
   */
  Peers(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /** What stands for a peer: its address, or the network of an IPv6 address. */
  static Object of(@Nullable SocketAddress remote) {
    InetAddress address = remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
    if (address == null) {
      return "";
    }
    return address instanceof Inet6Address six && !six.isLoopbackAddress()
        ? List.of(
            new java.math.BigInteger(1, java.util.Arrays.copyOf(six.getAddress(), PREFIX_BYTES)))
        : address;
  }

  /** Takes a connection in, and ends another one when there is no room for it. */
  void admit(Connection newcomer) {
    Set<Connection> own = open.computeIfAbsent(newcomer.peer(), p -> new LinkedHashSet<>());
    if (own.size() >= mostOfOne) {
      makeRoom(own, newcomer.peer());
    } else if (count >= most) {
      Map.Entry<Object, Set<Connection>> greediest = greediest();
      makeRoom(greediest.getValue(), greediest.getKey());
    }
    open.computeIfAbsent(newcomer.peer(), p -> new LinkedHashSet<>()).add(newcomer);
    count++;
  }

  private Map.Entry<Object, Set<Connection>> greediest() {
    Map.Entry<Object, Set<Connection>> found = null;
    for (Map.Entry<Object, Set<Connection>> one : open.entrySet()) {
      if (found == null || one.getValue().size() > found.getValue().size()) {
        found = one;
      }
    }
    if (found == null) {
      throw new IllegalStateException("connections are counted, but none is open");
    }
    return found;
  }

  /** Ends the connection that is worth least: it asked for nothing, and for the longest time. */
  private void makeRoom(Set<Connection> of, Object peer) {
    Connection victim = null;
    for (Connection one : of) {
      if (victim == null || worthLess(one, victim)) {
        victim = one;
      }
    }
    long now = System.nanoTime();
    if (now - toldAt >= TELL_NANOS) {
      toldAt = now;
      log.warn(
          "{} has {} of {} HTTP connections; its oldest ones are closed to make room",
          peer instanceof InetAddress address ? address.getHostAddress() : "one IPv6 network",
          of.size(),
          count);
    }
    if (victim != null) {
      forget(victim);
      victim.cut();
    }
  }

  private static boolean worthLess(Connection one, Connection other) {
    boolean asked = one.state() == State.ANSWERING;
    boolean otherAsked = other.state() == State.ANSWERING;
    return asked == otherAsked ? one.since() - other.since() < 0 : !asked;
  }

  /** The connection is gone. */
  void forget(Connection gone) {
    Set<Connection> own = open.get(gone.peer());
    if (own != null && own.remove(gone)) {
      count--;
      if (own.isEmpty()) {
        open.remove(gone.peer());
      }
    }
  }

  /** Ends the connections whose peers have taken too long. */
  void sweep() {
    long now = System.nanoTime();
    List<Connection> overdue = new ArrayList<>();
    for (Set<Connection> own : open.values()) {
      for (Connection one : own) {
        if (one.overdue(now)) {
          overdue.add(one);
        }
      }
    }
    for (Connection one : overdue) {
      forget(one);
      one.cut();
    }
  }

  /** Ends all connections. */
  void cutAll() {
    for (Connection one : all()) {
      forget(one);
      one.cut();
    }
  }

  /** Ends all connections, each after the answer that is under way. */
  void retireAll() {
    all().forEach(Connection::retire);
  }

  private List<Connection> all() {
    return open.values().stream().flatMap(Set::stream).toList();
  }

  /** How many connections there are. */
  int count() {
    return count;
  }
}
