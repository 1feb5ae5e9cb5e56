package dev.acceld.agent;

import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigException;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.http.Condition;
import dev.acceld.telemetry.Telemetry;
import dev.acceld.telemetry.dcgm.DcgmCounters;
import dev.acceld.telemetry.dcgm.DcgmSelection;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which series under dcgm-exporter's names somebody wants, and what is told of it. */
final class DcgmSeries {
  private static final Logger log = LoggerFactory.getLogger(DcgmSeries.class);

  private DcgmSeries() {}

  /**
   * Reads the counter file, if there is one.
   *
   * @throws ConfigException when it cannot be read
   */
  static DcgmSelection select(AgentConfig config) {
    if (config.dcgmCountersFile().isEmpty()) {
      return new DcgmSelection(config.dcgmNames(), Optional.empty());
    }
    try {
      DcgmCounters counters =
          DcgmCounters.read(config.dcgmCountersFile().get(), Telemetry.dcgmFields());
      if (counters.left().isEmpty()) {
        log.info(counters.sentence());
      } else {
        log.warn(counters.sentence());
      }
      return new DcgmSelection(config.dcgmNames(), Optional.of(counters));
    } catch (IOException e) {
      throw new ConfigException(Setting.DCGM_COUNTERS_FILE.flag() + ": " + e.getMessage());
    }
  }

  /** Empty without a counter file. */
  static Optional<Condition> condition(DcgmSelection dcgm) {
    return dcgm.counters()
        .map(c -> Condition.advisory("dcgm-counters", c.left().isEmpty(), c.sentence()));
  }
}
