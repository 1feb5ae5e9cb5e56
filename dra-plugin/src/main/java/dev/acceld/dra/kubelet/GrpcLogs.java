package dev.acceld.dra.kubelet;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps from the log what gRPC warns about and nobody can mend. */
public final class GrpcLogs {
  // Kept, or java.util.logging forgets the level and the filter.
  private static final Logger TCP_METRICS = Logger.getLogger("io.grpc.netty.TcpMetrics");
  static final Logger SERVER = Logger.getLogger("io.grpc.netty.NettyServerHandler");

  static {
    TCP_METRICS.setLevel(Level.WARNING); // at every start: there is no epoll
    SERVER.setFilter(record -> !peerLeft(record));
  }

  private GrpcLogs() {}

  /** Takes effect at the first call, for the whole process. */
  public static void quieten() {
    // the class has been initialized
  }

  /** A caller that ends its connection while an answer is being written. */
  private static boolean peerLeft(LogRecord record) {
    return record.getThrown() instanceof Http2Exception problem
        && Http2Exception.isStreamError(problem)
        && problem.error() == Http2Error.STREAM_CLOSED;
  }
}
