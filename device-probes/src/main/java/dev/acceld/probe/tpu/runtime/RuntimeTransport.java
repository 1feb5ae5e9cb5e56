package dev.acceld.probe.tpu.runtime;

import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The one thread under all connections to workloads: I/O, timers, and the reading of answers, which
 * never blocks. Plain HTTP/2, as libtpu serves it.
 */
public final class RuntimeTransport implements AutoCloseable {
  /**
   * Of an answer. The largest that makes sense is a tenth of it; eight hostile workloads with one
   * each still leave the agent's heap of 40 MiB alone.
   */
  static final int MOST_ANSWER_BYTES = 256 * 1024;

  private static final int WINDOW_BYTES = 64 * 1024;
  private static final int MOST_METADATA_BYTES = 8 * 1024;

  // Kept, or java.util.logging forgets the levels.
  private static final Logger TCP_METRICS = Logger.getLogger("io.grpc.netty.TcpMetrics");
  private static final Logger CLIENT_STREAM =
      Logger.getLogger("io.grpc.internal.AbstractClientStream");

  static {
    TCP_METRICS.setLevel(Level.WARNING); // at every start: there is no epoll
    CLIENT_STREAM.setLevel(Level.WARNING); // for every packet of an answer that is too large
  }

  /** Nobody is asked to compress; who does it all the same is understood, up to the same size. */
  private static final DecompressorRegistry DECOMPRESSORS =
      DecompressorRegistry.emptyInstance()
          .with(Codec.Identity.NONE, false)
          .with(new Codec.Gzip(), false);

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, thread(), NioIoHandler.newFactory());
  private final EventLoop loop = group.next();

  private static ThreadFactory thread() {
    return work -> Thread.ofPlatform().daemon().name("tpu-runtime-io").unstarted(work);
  }

  /** The thread begins with the first question. */
  public RuntimeTransport() {}

  /**
   * A channel that connects at the first call and never tries anything again by itself: no retries,
   * no proxy.
   */
  ManagedChannel channel(Endpoint endpoint) {
    return NettyChannelBuilder.forAddress(endpoint.socket())
        .channelType(NioSocketChannel.class)
        .eventLoopGroup(group)
        .executor(loop)
        .offloadExecutor(loop)
        .usePlaintext()
        .disableRetry()
        .disableServiceConfigLookUp()
        .proxyDetector(target -> null)
        .decompressorRegistry(DECOMPRESSORS)
        .maxInboundMessageSize(MOST_ANSWER_BYTES)
        .maxInboundMetadataSize(MOST_METADATA_BYTES)
        .flowControlWindow(WINDOW_BYTES)
        .build();
  }

  /**
   * Has work done on the thread on which all answers arrive.
   *
   * @throws java.util.concurrent.RejectedExecutionException after {@link #close}
   */
  void execute(Runnable work) {
    loop.execute(work);
  }

  /** Ends the thread; whoever uses this must be closed before. */
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
