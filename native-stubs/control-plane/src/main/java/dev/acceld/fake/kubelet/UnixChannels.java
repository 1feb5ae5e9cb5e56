package dev.acceld.fake.kubelet;

import io.grpc.ManagedChannel;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import javax.net.SocketFactory;
import jnr.unixsocket.UnixSocket;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;

/**
 * gRPC client channels over Unix sockets by OkHttp and jnr: nothing in common with the Netty
 * servers they are pointed at, so that the two ends prove each other.
 */
final class UnixChannels {
  private UnixChannels() {}

  /** A plain-text channel that connects when it is told to, or at the first call. */
  static ManagedChannel to(Path socket, String authority) {
    return OkHttpChannelBuilder.forAddress("127.0.0.1", 1) // any: the factory knows the socket
        .socketFactory(new Factory(socket))
        .usePlaintext()
        .overrideAuthority(authority)
        .build();
  }

  private static final class Factory extends SocketFactory {
    private final UnixSocketAddress address;

    Factory(Path socket) {
      address = new UnixSocketAddress(socket.toFile());
    }

    @Override
    public Socket createSocket() throws IOException {
      return new TcpLike(UnixSocketChannel.open(address));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort)
        throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return createSocket();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort)
        throws IOException {
      return createSocket();
    }
  }

  /** OkHttp sets options of TCP. */
  private static final class TcpLike extends UnixSocket {
    TcpLike(UnixSocketChannel channel) {
      super(channel);
    }

    @Override
    public void setTcpNoDelay(boolean on) {
      // a Unix socket has no Nagle
    }
  }
}
