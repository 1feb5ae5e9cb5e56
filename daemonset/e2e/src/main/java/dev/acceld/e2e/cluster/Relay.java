package dev.acceld.e2e.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Makes a cluster's API socket a TCP port of this machine, for clients that know no other. */
final class Relay implements AutoCloseable {
  private final ServerSocket listener;
  private final UnixDomainSocketAddress target;

  Relay(Path socket) throws IOException {
    this.target = UnixDomainSocketAddress.of(socket);
    this.listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread.ofVirtual().name("relay").start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed, or one connection that came to nothing.
      }
    }
  }

  private void serve(Socket client) {
    try (client;
        SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      client.setTcpNoDelay(true);
      server.connect(target);
      Thread back =
          Thread.ofVirtual()
              .start(() -> copy(Channels.newInputStream(server), outputOf(client), client, server));
      copy(client.getInputStream(), Channels.newOutputStream(server), client, server);
      back.join();
    } catch (IOException e) {
      // Either side went: so does the other, and the client tries again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static OutputStream outputOf(Socket socket) {
    try {
      return socket.getOutputStream();
    } catch (IOException e) {
      return OutputStream.nullOutputStream();
    }
  }

  private static void copy(InputStream from, OutputStream to, Socket client, SocketChannel server) {
    try {
      from.transferTo(to);
    } catch (IOException e) {
      // As in serve.
    }
    try {
      client.close();
      server.close();
    } catch (IOException e) {
      // Closed already.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
