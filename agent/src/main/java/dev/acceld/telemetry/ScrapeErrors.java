package dev.acceld.telemetry;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what went wrong while scraping, by the part that failed. The first failure of a part is
 * logged with its stack, later ones only counted: a scrape comes every few seconds.
 */
final class ScrapeErrors {
  private static final Logger log = LoggerFactory.getLogger(ScrapeErrors.class);

  private final Map<String, LongAdder> counts = new ConcurrentSkipListMap<>();
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Makes the counter of that part visible with zero, so that the first failure is an increase. */
  void expect(String collector) {
    counts.computeIfAbsent(collector, unused -> new LongAdder());
  }

  void count(String collector, RuntimeException cause) {
    count(collector, collector, cause);
  }

  /** The same of one thing among many that are counted together. */
  void count(String collector, String what, RuntimeException cause) {
    counts.computeIfAbsent(collector, unused -> new LongAdder()).increment();
    if (told.add(what)) {
      log.warn(
          "scrape: {} failed and its series are left out; further failures are only counted in"
              + " acceld_scrape_errors_total",
          what,
          cause);
    }
  }

  Map<String, LongAdder> counts() {
    return counts;
  }
}
