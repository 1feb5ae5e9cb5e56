package dev.acceld.probe.nvidia.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class KeptEventsTest {
  private static DriverEvent.Operational event(long code) {
    return new DriverEvent.Operational(
        "", "GPU-RAS", code, 40, 0, 0, 0, 0, List.of(), Instant.EPOCH);
  }

  @Test
  void aFloodCostsTheNewestAndAFewLines() {
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(KeptEvents.class);
    logged.start();
    logger.addAppender(logged);
    KeptEvents kept = new KeptEvents();
    for (int code = 0; code < KeptEvents.MOST + 1000; code++) {
      kept.add(event(code));
    }
    logger.detachAppender(logged);
    for (int code = 0; code < KeptEvents.MOST; code++) {
      assertThat(kept.poll()).isEqualTo(event(code));
    }
    assertThat(kept.poll()).isNull();
    assertThat(logged.list).hasSize(10); // 1, 2, 4 … 512
    assertThat(logged.list.getLast().getFormattedMessage()).startsWith("512 GPU operational");
  }
}
