package dev.acceld.dra.kubelet;

import dev.acceld.steady.SteadyPool;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads under all sockets to the kubelet: one for I/O and timers, and a pool for the work,
 * which grows with the calls in flight (an unprepare never waits behind prepares) and shrinks
 * again. Domain sockets by the JDK; no native library.
 */
public final class KubeletTransport implements AutoCloseable {
  /** What the kubelet's own clients call a Unix socket; its path would upset Go servers. */
  private static final String AUTHORITY = "localhost";

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, daemons("kubelet-io"), NioIoHandler.newFactory());
  private final SteadyPool pool = new SteadyPool("kubelet-call");

  /** Starts the thread that is kept for work that finds no other. */
  public KubeletTransport() {}

  /** A server to be bound to that path. */
  NettyServerBuilder server(Path socket) {
    GrpcLogs.quieten();
    return NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .channelType(NioServerDomainSocketChannel.class)
        .bossEventLoopGroup(loop)
        .workerEventLoopGroup(loop)
        .executor(pool);
  }

  /** A channel to that path; it connects at the first call. */
  ManagedChannel channel(Path socket, int maxMessageBytes) {
    GrpcLogs.quieten();
    return NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
        .channelType(NioDomainSocketChannel.class, UnixDomainSocketAddress.class)
        .eventLoopGroup(loop)
        .executor(pool)
        .usePlaintext()
        .overrideAuthority(AUTHORITY)
        .maxInboundMessageSize(maxMessageBytes)
        .build();
  }

  /** For short work that never blocks. */
  ScheduledExecutorService timer() {
    return loop;
  }

  /** For work that may block. */
  Executor pool() {
    return pool;
  }

  /** Waits until what the I/O thread was told so far has been done. */
  void settle() throws InterruptedException {
    loop.submit(() -> {}).await(1, TimeUnit.SECONDS);
  }

  /** Ends the threads; whoever uses this must be closed before. */
  @Override
  public void close() {
    pool.close();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return work -> {
      Thread thread = new Thread(work, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
