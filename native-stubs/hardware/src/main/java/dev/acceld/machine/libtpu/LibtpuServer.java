package dev.acceld.machine.libtpu;

import dev.acceld.machine.description.MachineException;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The metrics servers of a simulated TPU workload: plain HTTP/2, one or several ports. Serves until
 * it is closed; one thread.
 */
public final class LibtpuServer implements AutoCloseable {
  // Kept, or java.util.logging forgets the level and the filter.
  private static final Logger TCP_METRICS = Logger.getLogger("io.grpc.netty.TcpMetrics");
  private static final Logger SERVER = Logger.getLogger("io.grpc.netty.NettyServerHandler");

  static {
    TCP_METRICS.setLevel(Level.WARNING); // at every start: there is no epoll
    SERVER.setFilter( // a caller that does not want the rest of an answer
        record ->
            !(record.getThrown() instanceof Http2Exception problem
                && Http2Exception.isStreamError(problem)
                && problem.error() == Http2Error.STREAM_CLOSED));
  }

  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, thread(), NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final List<Server> servers = new ArrayList<>();

  private LibtpuServer() {}

  private static ThreadFactory thread() {
    return work -> Thread.ofPlatform().daemon().name("libtpu-simulated").unstarted(work);
  }

  /**
   * Begins to serve.
   *
   * @param address to listen on
   * @param ports one or several, among which the chips are divided evenly and in their order; 0 for
   *     any that is free
   * @throws IOException when a port cannot be had; then none is
   * @throws MachineException when the chips cannot be divided
   */
  public static LibtpuServer start(TpuWorkload workload, InetAddress address, List<Integer> ports)
      throws IOException {
    int chips = workload.chips().size();
    if (ports.isEmpty() || chips == 0 || chips % ports.size() != 0) {
      throw new MachineException(
          chips + " chips cannot be divided evenly among " + ports.size() + " ports");
    }
    LibtpuServer all = new LibtpuServer();
    int each = chips / ports.size();
    try {
      for (int i = 0; i < ports.size(); i++) {
        int first = i * each;
        all.serve(workload, new InetSocketAddress(address, ports.get(i)), first, first + each);
      }
    } catch (IOException e) {
      all.close();
      throw e;
    }
    return all;
  }

  private void serve(TpuWorkload workload, InetSocketAddress address, int first, int end)
      throws IOException {
    AtomicReference<ResettableServerChannel> listening = new AtomicReference<>();
    MetricService service =
        new MetricService(
            workload,
            () -> workload.chips().subList(first, end),
            loop,
            () -> {
              ResettableServerChannel channel = listening.get();
              if (channel != null) {
                channel.resetAll();
              }
            });
    Server server =
        NettyServerBuilder.forAddress(address)
            .channelFactory(() -> {
              ResettableServerChannel channel =
                  new ResettableServerChannel(() -> workload.has(Habit.RESET));
              listening.set(channel);
              return channel;
            })
            .bossEventLoopGroup(group)
            .workerEventLoopGroup(group)
            .executor(loop)
            .addService(service)
            .build();
    try {
      servers.add(server.start());
    } catch (IOException e) {
      throw new IOException(
          "cannot listen on port " + address.getPort() + "; another process may use it", e);
    }
  }

  /** Where it listens, in the order of the ports that were asked for. */
  public List<Integer> ports() {
    return servers.stream().map(Server::getPort).toList();
  }

  /** Ends at once; connections are closed. Waits for two seconds at most. */
  @Override
  public void close() {
    servers.forEach(Server::shutdownNow);
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
