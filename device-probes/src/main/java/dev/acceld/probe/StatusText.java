package dev.acceld.probe;

import dev.acceld.device.Device;
import dev.acceld.device.ProbeStatus;
import dev.acceld.text.ErrorText;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What a probe's status says to people, in the status and in the log. */
final class StatusText {
  private static final Logger log = LoggerFactory.getLogger(ProbeSupervisor.class);
  private static final int LONGEST = 1024;

  private StatusText() {}

  /** What was found, and what is wrong with it. */
  static String found(KnownDevices known, List<String> problems) {
    return problems.isEmpty()
        ? known.inWords()
        : known.inWords() + "; problems: " + String.join("; ", problems);
  }

  /** Our own exceptions carry a sentence; of others it is put into words. */
  static String reason(Throwable e) {
    return ErrorText.of(e);
  }

  /** So that a vendor's essay does not fill a status page. */
  static String clip(String detail) {
    return detail.length() <= LONGEST ? detail : detail.substring(0, LONGEST - 3) + "...";
  }

  /** One line for a status that is new. */
  static void log(ProbeStatus status) {
    switch (status.state()) {
      case STARTING, READY, WAITING ->
          log.atLevel(status.complete() ? Level.INFO : Level.WARN)
              .log("Probe {} is {}: {}", status.probe(), word(status), status.detail());
      case FAILED, HUNG ->
          log.warn(
              "Probe {} is {} since {}: {}",
              status.probe(),
              word(status),
              status.since(),
              status.detail());
    }
  }

  private static String word(ProbeStatus status) {
    return status.state().toString().toLowerCase(Locale.ROOT);
  }

  /** One line for each device that went or came back. */
  static void logChanges(KnownDevices before, KnownDevices after) {
    for (Device device : after.devices()) {
      boolean was = before.missing().contains(device.name());
      boolean is = after.missing().contains(device.name());
      if (is && !was) {
        log.warn("device={} has disappeared", device.name());
      } else if (was && !is) {
        log.info("device={} is back", device.name());
      }
    }
  }
}
