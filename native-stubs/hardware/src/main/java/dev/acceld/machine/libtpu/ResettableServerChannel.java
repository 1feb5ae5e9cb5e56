package dev.acceld.machine.libtpu;

import io.netty.channel.Channel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A listening socket whose connections can be reset, as those of a process that is killed. */
final class ResettableServerChannel extends NioServerSocketChannel {
  private final BooleanSupplier resetting;

  /** Used by the one thread of the loop. */
  private final Set<SocketChannel> open = new HashSet<>();

  /**
   * An unbound one.
   *
   * @param resetting whether new connections are reset at once
   */
  ResettableServerChannel(BooleanSupplier resetting) {
    this.resetting = resetting;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    int count = super.doReadMessages(accepted);
    for (Object one : accepted) {
      if (one instanceof SocketChannel connection && open.add(connection)) {
        connection.closeFuture().addListener(closed -> open.remove(connection));
      }
    }
    if (resetting.getAsBoolean()) {
      accepted.forEach(one -> reset((SocketChannel) one));
      accepted.clear();
      return 0;
    }
    return count;
  }

  /** Resets all connections. On the loop's thread. */
  void resetAll() {
    Set.copyOf(open).forEach(ResettableServerChannel::reset);
  }

  private static void reset(SocketChannel connection) {
    connection.config().setSoLinger(0);
    Channel.Unsafe unsafe = connection.unsafe();
    if (connection.isRegistered()) {
      unsafe.close(connection.voidPromise());
    } else {
      unsafe.closeForcibly();
    }
  }
}
