package dev.acceld.dra.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class GrpcLogsTest {
  @Test
  void aCallerThatLeavesInTheMiddleOfAnAnswerIsNoWarning() {
    GrpcLogs.quieten();
    List<String> logged = new ArrayList<>();
    Handler handler = new Into(logged);
    GrpcLogs.SERVER.setUseParentHandlers(false);
    GrpcLogs.SERVER.addHandler(handler);
    try {
      warn("left", Http2Exception.streamError(3, Http2Error.STREAM_CLOSED, "closed"));
      warn("protocol", Http2Exception.streamError(3, Http2Error.PROTOCOL_ERROR, "broken"));
      warn("other", new IllegalStateException("anything else"));
    } finally {
      GrpcLogs.SERVER.removeHandler(handler);
      GrpcLogs.SERVER.setUseParentHandlers(true);
    }
    assertThat(logged).containsExactly("protocol", "other");
  }

  private static void warn(String message, Exception thrown) {
    GrpcLogs.SERVER.log(Level.WARNING, message, thrown);
  }

  private static final class Into extends Handler {
    private final List<String> logged;

    Into(List<String> logged) {
      this.logged = logged;
    }

    @Override
    public void publish(LogRecord record) {
      logged.add(record.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
