package dev.acceld.agent.status.page;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.status.html.Html;
import dev.acceld.agent.status.model.FaultFile.Faults;
import dev.acceld.agent.status.model.FaultStatus;
import dev.acceld.recorder.FlightSamples;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the lists say when there is nothing in them. */
class ListsTest {
  private static final String NONE = "No fault is recorded on this node.";
  private static final String DISK = "their disk does not respond";
  private static final FaultStatus FAULT =
      FaultStatus.brief(FlightSamples.record("xid-79-aaaa", "2026-11-22T12:00:00Z", "broken"));

  private static String faults(boolean known, List<FaultStatus> faults, String... damaged) {
    Html html = new Html();
    Lists.faults(html, "./", new Faults(known, faults, List.of(damaged)), 10);
    return html.toString();
  }

  @Test
  void thereIsNoFaultOnlyWhereAllIsKnown() {
    assertThat(faults(true, List.of())).contains(NONE);
    assertThat(faults(false, List.of())).contains(DISK).doesNotContain(NONE);
    assertThat(faults(true, List.of(), "x.json.gz cannot be read"))
        .contains("x.json.gz cannot be read")
        .doesNotContain(NONE, DISK);
    assertThat(faults(false, List.of(), "the records cannot be read: not a directory"))
        .contains("the records cannot be read: not a directory")
        .doesNotContain(NONE, DISK);
    assertThat(faults(true, List.of(FAULT), "x.json.gz cannot be read"))
        .contains("x.json.gz cannot be read", "broken")
        .doesNotContain(NONE, DISK);
  }
}
