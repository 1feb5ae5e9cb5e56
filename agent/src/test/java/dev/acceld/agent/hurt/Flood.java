package dev.acceld.agent.hurt;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Many peers of an HTTP port that behave badly, all in one thread; who is thrown out comes back.
 * What they do between two looks takes no longer than their number makes it.
 */
public final class Flood implements AutoCloseable {
  private static final int CONNECT_MILLIS = 1000;

  /** How a peer behaves. */
  public enum Kind {
    /** Connects and says nothing. */
    IDLE("", ""),
    /** Stops in the middle of its request. */
    HALF("GET /healthz HTTP/1.1\r\nHost: x\r\nX-", ""),
    /** Sends its head a byte at a time, and never ends. */
    DRIP("GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow: ", "a"),
    /** Asks for much and does not read it. */
    DEAF("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", ""),
    /** Announces a body and sends it a byte at a time. */
    BODY("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "b"),
    /** No HTTP at all. */
    NOISE("\u0016\u0003\u0001\u0002", "\u0000");

    private final byte[] first;
    private final byte[] next;

    Kind(String first, String next) {
      this.first = first.getBytes(StandardCharsets.ISO_8859_1);
      this.next = next.getBytes(StandardCharsets.ISO_8859_1);
    }
  }

  private final int port;
  private final Kind kind;
  private final List<Socket> peers = new ArrayList<>();
  private final AtomicLong rounds = new AtomicLong();
  private final Thread thread;
  private volatile boolean over;

  private Flood(int port, Kind kind, int size) {
    this.port = port;
    this.kind = kind;
    thread = Thread.ofPlatform().daemon().name("flood").unstarted(() -> work(size));
  }

  /** Begins, and comes back when each peer has connected once or was refused. */
  public static Flood start(int port, Kind kind, int size) throws InterruptedException {
    Flood flood = new Flood(port, kind, size);
    flood.thread.start();
    while (flood.rounds.get() == 0) {
      Thread.sleep(20);
    }
    return flood;
  }

  /** How often each peer has done its bit. */
  public long rounds() {
    return rounds.get();
  }

  private void work(int size) {
    while (!over) {
      for (int i = 0; i < size && !over; i++) {
        if (i == peers.size()) {
          peers.add(connected());
        } else if (!goesOn(peers.get(i))) {
          close(peers.get(i));
          peers.set(i, connected());
        }
      }
      rounds.incrementAndGet();
      pause();
    }
    peers.forEach(Flood::close);
  }

  private Socket connected() {
    Socket socket = new Socket();
    try {
      socket.setReceiveBufferSize(1024);
      socket.connect(new InetSocketAddress("127.0.0.1", port), CONNECT_MILLIS);
      socket.getOutputStream().write(kind.first);
    } catch (IOException e) {
      close(socket);
    }
    return socket;
  }

  private boolean goesOn(Socket socket) {
    try {
      socket.getOutputStream().write(kind.next);
      return socket.isConnected() && !socket.isClosed();
    } catch (IOException e) {
      return false;
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Gone is gone.
    }
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    over = true;
    thread.join();
  }
}
