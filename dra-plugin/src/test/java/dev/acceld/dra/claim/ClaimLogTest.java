package dev.acceld.dra.claim;

import static dev.acceld.dra.claim.Node.prepare;
import static dev.acceld.dra.claim.Node.prepared;
import static dev.acceld.dra.claim.Node.refused;
import static dev.acceld.dra.claim.Node.unprepare;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.PodRef;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** What is logged about a claim says which claim, and whose. */
class ClaimLogTest {
  @TempDir Path dir;
  private final Logger logger = (Logger) LoggerFactory.getLogger("dev.acceld.dra.claim");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Level before = logger.getLevel();
  private Node node;
  private ClaimManager manager;

  @BeforeEach
  void listen() {
    node = new Node(dir);
    manager = node.open();
    lines.start();
    logger.setLevel(Level.INFO);
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
    logger.setLevel(before);
  }

  private ILoggingEvent only() {
    assertThat(lines.list).hasSize(1);
    return lines.list.removeFirst();
  }

  private static Map<String, String> of(String claim) {
    return Map.of("claim", "ns/" + claim, "claim_uid", "uid-" + claim, "pod", "ns/pod-" + claim);
  }

  @Test
  void aClaimsLifeTakesOneLineForEachCall() {
    ClaimRef claim = node.cluster.allocate("c", "uid-c", "gpu-0", "gpu-1");
    prepared(manager, claim);
    ILoggingEvent line = only();
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(line.getFormattedMessage())
        .matches("prepared claim ns/c \\(UID uid-c\\) in \\d+\\.\\d ms: gpu-0, gpu-1");
    assertThat(line.getMDCPropertyMap()).isEqualTo(of("c"));

    prepared(manager, claim); // from the record, which knows the pod too
    assertThat(only().getMDCPropertyMap()).isEqualTo(of("c"));

    unprepare(manager, claim);
    line = only();
    assertThat(line.getFormattedMessage()).startsWith("unprepared claim ns/c").endsWith("gpu-1");
    assertThat(line.getMDCPropertyMap()).isEqualTo(of("c"));
    assertThat(MDC.getCopyOfContextMap()).isNullOrEmpty();
  }

  @Test
  void aFailureIsLoggedInTheWordsThatTheKubeletGets() throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "uid-c", "gpu-9");
    String said = refused(manager, claim);
    ILoggingEvent line = only();
    assertThat(line.getLevel()).isEqualTo(Level.WARN);
    assertThat(line.getFormattedMessage()).endsWith(said);
    assertThat(line.getMDCPropertyMap()).isEqualTo(of("c"));

    node.cluster.claims.clear();
    refused(manager, claim);
    assertThat(only().getMDCPropertyMap())
        .isEqualTo(Map.of("claim", "ns/c", "claim_uid", "uid-c")); // whose it was is not known

    Files.createDirectories(node.cdiFile("uid-c").resolve("in its place"));
    unprepare(manager, claim);
    assertThat(only())
        .satisfies(l -> assertThat(l.getLevel()).isEqualTo(Level.WARN))
        .satisfies(l -> assertThat(l.getMDCPropertyMap()).containsEntry("claim", "ns/c"));
  }

  /** Side by side on several threads, and what the caller had said is there again afterwards. */
  @Test
  void eachOfSeveralClaimsHasItsOwn() {
    List<ClaimRef> claims =
        List.of(
            node.cluster.allocate("a", "uid-a", "gpu-0"),
            node.cluster.allocate("b", "uid-b", "gpu-1"));
    node.cluster.pod(new PodRef("ns", "pod-a", "pod-uid-a"));
    node.cluster.pod(new PodRef("ns", "pod-b", "pod-uid-b"));
    MDC.put("claim", "before");
    try {
      assertThat(manager.prepare(claims, CallScope.UNCANCELLED).values())
          .allSatisfy(o -> assertThat(o).isInstanceOf(PrepareOutcome.Prepared.class));
      assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("claim", "before"));
    } finally {
      MDC.clear();
    }
    assertThat(lines.list)
        .extracting(ILoggingEvent::getMDCPropertyMap)
        .containsExactlyInAnyOrder(of("a"), of("b"));
  }

  @Test
  void theSweepersLinesHaveThemToo() throws Exception {
    ClaimRef claim = node.cluster.allocate("c", "uid-c", "gpu-0");
    assertThat(prepare(manager, claim)).isInstanceOf(PrepareOutcome.Prepared.class);
    Files.delete(node.cdiFile("uid-c"));
    lines.list.clear();
    manager.sweep();
    assertThat(only().getMDCPropertyMap()).isEqualTo(of("c"));
  }
}
