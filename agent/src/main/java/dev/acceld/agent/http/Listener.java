package dev.acceld.agent.http;

import dev.acceld.agent.web.WebAccessSource;
import dev.acceld.steady.Steady;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP socket and its one I/O thread, which never waits for anybody: a peer that sends or reads
 * slowly has a few kilobytes, no thread.
 */
final class Listener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  /** Connections at a time; each costs about 5 kB, and its request's head. */
  static final int MOST = 512;

  /** Of them from one address. */
  static final int MOST_OF_ONE = 256;

  private static final int BACKLOG = 256;
  private static final int READ_BYTES = 2048;
  private static final int LONGEST_LINE = 2048;
  private static final int LONGEST_HEAD = 8192;
  private static final long SWEEP_MILLIS = 500;

  private final EventLoopGroup loop;
  private final Channel channel;
  private final Peers peers;
  private final Handshakes handshakes;

  private Listener(EventLoopGroup loop, Channel channel, Peers peers, Handshakes handshakes) {
    this.loop = loop;
    this.channel = channel;
    this.peers = peers;
    this.handshakes = handshakes;
  }

  /**
   * Binds and begins to listen.
   *
   * @param access how connections are secured, asked for each
   * @throws IOException when the address cannot be had
   */
  static Listener start(InetSocketAddress address, RequestDispatcher desk, WebAccessSource access)
      throws IOException {
    ThreadFactory threads = work -> Thread.ofPlatform().daemon().name("http-io").unstarted(work);
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, threads, NioIoHandler.newFactory());
    Peers peers = new Peers(MOST, MOST_OF_ONE);
    Handshakes handshakes = new Handshakes();
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.ALLOCATOR, new UnpooledByteBufAllocator(false))
            .childOption(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_BYTES))
            .childHandler(new Conversations(peers, desk, access, handshakes));
    try {
      Channel channel = bootstrap.bind(address).sync().channel();
      // Netty's own task: what ends it for good would be an error that it throws, and it throws
      // none.
      var unused =
          loop.scheduleWithFixedDelay(
              () -> sweep(peers), SWEEP_MILLIS, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
      access.whenTlsChanges(
          Steady.task(
              "the end of connections with former TLS settings",
              () -> loop.execute(peers::retireAll)));
      return new Listener(loop, channel, peers, handshakes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      handshakes.close();
      throw new IOException("interrupted while opening " + address, e);
    } catch (Exception e) { // Netty throws what bind threw, checked or not
      loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      handshakes.close();
      if (e instanceof IOException io) {
        throw io;
      }
      throw e;
    }
  }

  /** Runs that again and again on the I/O thread; it must be done at once. */
  void every(long millis, Runnable what) {
    var unused =
        loop.scheduleWithFixedDelay(
            Steady.task("the events of the status page", what),
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  private static void sweep(Peers peers) {
    try {
      peers.sweep();
    } catch (Throwable e) {
      log.warn("the check for slow HTTP connections is retried", e);
    }
  }

  /** Where it listens, with the port that was chosen. */
  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  /** Stops listening at once and cuts off answers under way. */
  @Override
  public void close() {
    channel.close().awaitUninterruptibly(1, TimeUnit.SECONDS);
    loop.submit(peers::cutAll).awaitUninterruptibly(1, TimeUnit.SECONDS);
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    handshakes.close();
  }

  private static final class Conversations extends ChannelInitializer<Channel> {
    private final Peers peers;
    private final RequestDispatcher desk;
    private final WebAccessSource access;
    private final Handshakes handshakes;

    Conversations(
        Peers peers, RequestDispatcher desk, WebAccessSource access, Handshakes handshakes) {
      this.peers = peers;
      this.desk = desk;
      this.access = access;
      this.handshakes = handshakes;
    }

    @Override
    protected void initChannel(Channel channel) {
      Connection connection = new Connection(peers, desk, Peers.of(channel.remoteAddress()));
      access
          .now()
          .tls()
          .ifPresent(
              tls -> channel.pipeline().addLast(new TlsOrPlain(tls, connection, handshakes)));
      channel
          .pipeline()
          .addLast(
              new HttpServerCodec(
                  new HttpDecoderConfig()
                      .setMaxInitialLineLength(LONGEST_LINE)
                      .setMaxHeaderSize(LONGEST_HEAD)
                      .setInitialBufferSize(128)))
          .addLast(connection);
    }
  }
}
