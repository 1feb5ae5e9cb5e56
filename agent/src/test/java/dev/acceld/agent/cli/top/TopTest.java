package dev.acceld.agent.cli.top;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.acceld.agent.cli.top.Poller.Seen;
import org.junit.jupiter.api.Test;

/** What is known of a node and of its recorded faults. */
class TopTest {
  private static final Seen NODE =
      new Seen(JsonNodeFactory.instance.objectNode(), 0, "no agent", 3);

  @Test
  void whyRecordedFaultsAreNotKnownIsKept() {
    Seen failed = new Seen(MissingNode.getInstance(), 0, "the disk does not respond", 9);
    assertThat(Top.together(NODE, failed).faultsWaiting()).isEqualTo("the disk does not respond");
    assertThat(Top.together(NODE, failed).waiting()).isEqualTo("no agent");
    Seen read = new Seen(JsonNodeFactory.instance.objectNode(), 0, "", 0);
    assertThat(Top.together(NODE, read).faultsWaiting()).isEmpty();
  }

  @Test
  void recordedFaultsThatWereNotReadYetAreNotKnown() {
    assertThat(Top.together(NODE, Seen.NONE).faultsWaiting()).contains("not read them yet");
  }
}
