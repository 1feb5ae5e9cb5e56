package dev.acceld.usage;

import static dev.acceld.usage.UsageStage.GPU;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that count, one after the other, on one state directory. */
class UsageKeeperTest {
  @TempDir Path dir;
  private final UsageStage node = new UsageStage();
  private long nanos;
  private double uptime = 1000;
  private String boot = "boot-1";
  private Instant wall = UsageStage.START;
  private double joules = 5000;
  private Path home;
  private UsageKeeper keeper;

  @BeforeEach
  void held() {
    home = dir.resolve("usage");
    keeper = start();
    node.reads(GPU, 0, 300, joules);
    keeper.step();
    node.prepare("a", GPU);
  }

  private UsageKeeper start() {
    return new UsageKeeper(
        home,
        node::look,
        new BootTime(() -> Optional.of(boot), () -> OptionalDouble.of(uptime)),
        () -> nanos,
        () -> wall,
        Duration.ofSeconds(1));
  }

  /** The next process finds what is on disk now. */
  private void kill() throws IOException {
    Path copy = dir.resolve("after-kill");
    Files.createDirectories(copy);
    for (String file : List.of("state.json", "history.jsonl")) {
      if (Files.exists(home.resolve(file))) {
        Files.copy(home.resolve(file), copy.resolve(file));
      }
    }
    home = copy;
  }

  private void seconds(int n, double utilization) {
    for (int i = 0; i < n; i++) {
      pass(1);
      joules += 300;
      node.reads(GPU, utilization, 300, joules);
      keeper.step();
    }
  }

  private void pass(double seconds) {
    nanos += (long) (seconds * 1e9);
    uptime += seconds;
    wall = wall.plusMillis((long) (seconds * 1000));
  }

  private ClaimUsage of(String uid) {
    return keeper.report().claim(uid).orElseThrow();
  }

  @Test
  void aClaimIsCountedFromPrepareToUnprepare() throws IOException {
    seconds(20, 0);
    seconds(40, 0.5);
    ClaimUsage now = of("a");
    assertThat(now.heldSeconds()).isEqualTo(60);
    assertThat(now.usage()).isEqualTo(new Usage(60, 18_000, 20, 60_000, 20));
    assertThat(now.firstUseSeconds()).hasValue(21);
    assertThat(keeper.report().namespaces()).containsEntry("team", now.usage());
    assertThat(keeper.history()).isEmpty();
    node.claims.clear();
    seconds(5, 0);
    assertThat(of("a").endedAt()).contains(wall);
    assertThat(keeper.history())
        .singleElement()
        .isEqualTo(ClaimUsageView.of(of("a")))
        .matches(h -> h.usage().deviceSeconds() == 60 && h.heldSeconds() == 60)
        .matches(h -> h.pods().getFirst().name().equals("pod-a"));
    seconds(294, 0);
    assertThat(keeper.report().claim("a")).as("its last values are scraped").isPresent();
    seconds(1, 0);
    assertThat(keeper.report().claim("a")).isEmpty();
    assertThat(keeper.report().namespaces()).containsKey("team");
  }

  @Test
  void anotherProcessGoesOn() throws IOException {
    seconds(30, 0.5);
    keeper.leave();
    pass(20);
    joules += 6000;
    node.reads(GPU, 0.5, 300, joules);
    keeper = start();
    keeper.step();
    assertThat(of("a").heldSeconds()).as("with the time between").isEqualTo(50);
    assertThat(of("a").usage().energyJoules()).isEqualTo(15_000);
    seconds(10, 0.5);
    assertThat(of("a").heldSeconds()).isEqualTo(60);
    assertThat(of("a").usage().energyJoules()).isEqualTo(18_000);
  }

  /** Energy comes from the counter of the device, so that not even the last interval is lost. */
  @Test
  void aKillLosesTenSecondsOfUtilizationAtMostAndNoEnergy() throws IOException {
    seconds(36, 1);
    kill();
    keeper = start();
    seconds(1, 1);
    assertThat(of("a").usage().deviceSeconds()).isEqualTo(37);
    assertThat(of("a").usage().energyJoules()).isEqualTo(37 * 300);
    assertThat(of("a").usage().utilizationSeconds()).isCloseTo(37, within(10.0));
  }

  @Test
  void aClockThatIsSetChangesNothing() {
    seconds(10, 0.5);
    wall = wall.minusSeconds(86_400);
    seconds(10, 0.5);
    wall = wall.plusSeconds(10 * 86_400);
    seconds(10, 0.5);
    assertThat(of("a").heldSeconds()).isEqualTo(30);
    assertThat(of("a").usage().deviceSeconds()).isEqualTo(30);
    assertThat(of("a").firstUseSeconds()).hasValue(1);
  }

  /** Nobody knows how long the machine was off, and its counters begin anew. */
  @Test
  void afterAnotherBootOnlyWhatWasCountedIsKept() throws IOException {
    seconds(30, 0.5);
    keeper.leave();
    boot = "boot-2";
    uptime = 5;
    joules = 700;
    node.reads(GPU, 0.5, 300, joules);
    keeper = start();
    keeper.step();
    assertThat(of("a").heldSeconds()).isEqualTo(30);
    assertThat(of("a").usage().energyJoules()).isEqualTo(9000);
  }

  @Test
  void whileNobodyCanTellWhoHoldsWhatNothingEnds() {
    seconds(10, 0.5);
    node.claimsKnown = false;
    seconds(20, 0.5);
    assertThat(of("a").endedAt()).isEmpty();
    node.claimsKnown = true;
    seconds(1, 0.5);
    assertThat(of("a").heldSeconds()).isEqualTo(31);
    assertThat(of("a").usage().energyJoules()).isEqualTo(31 * 300);
  }

  /** Its record was damaged and has been restored. */
  @Test
  void aClaimThatComesBackGoesOn() throws IOException {
    seconds(10, 0.5);
    var claim = node.claims.remove("a");
    seconds(20, 0);
    assertThat(of("a").endedAt()).isPresent();
    node.claims.put("a", claim);
    seconds(10, 0.5);
    assertThat(of("a").endedAt()).isEmpty();
    assertThat(of("a").heldSeconds()).isEqualTo(20);
    node.claims.clear();
    seconds(10, 0);
    assertThat(keeper.history()).singleElement().matches(h -> h.heldSeconds() == 20);
  }

  /** While one agent replaces another, both run. */
  @Test
  void twoProcessesDoNotCountTwice() throws IOException {
    seconds(10, 0.5);
    UsageKeeper newer = start();
    newer.step();
    assertThat(newer.report()).isEqualTo(UsageReport.EMPTY);
    keeper.leave();
    keeper = newer;
    seconds(5, 0.5);
    assertThat(of("a").heldSeconds()).isEqualTo(15);
  }

  @Test
  void damagedFilesAreSetAside() throws IOException {
    seconds(30, 0.5);
    node.claims.clear();
    seconds(10, 0.5);
    keeper.leave();
    Files.writeString(home.resolve("state.json"), "{\"boot\":\"b");
    Files.writeString(home.resolve("history.jsonl"), "{\"cut off", StandardOpenOption.APPEND);
    keeper = start();
    node.prepare("b", GPU);
    seconds(10, 0.5);
    assertThat(of("b").heldSeconds()).isEqualTo(9);
    assertThat(home.resolve("state.json.damaged")).exists();
    node.claims.clear();
    seconds(10, 0.5);
    assertThat(keeper.history()).extracting(ClaimUsageView::uid).containsExactly("a", "b");
  }

  @Test
  void whileNothingCanBeWrittenTheCountGoesOnAndNothingIsLost() throws IOException {
    Path inTheWay = Files.createDirectories(home.resolve("state.json.tmp/full"));
    seconds(20, 0.5);
    assertThat(of("a").heldSeconds()).isEqualTo(20);
    assertThat(keeper.problem())
        .hasValueSatisfying(p ->
            assertThat(p)
                .startsWith("the usage of claims is counted, but not kept on disk: ")
                .contains("state.json.tmp"));
    Path history = Files.createDirectories(home.resolve("history.jsonl"));
    node.claims.clear();
    seconds(6, 0.5);
    Files.delete(inTheWay);
    Files.delete(inTheWay.getParent());
    Files.delete(history);
    seconds(11, 0.5);
    assertThat(keeper.problem()).isEmpty();
    assertThat(keeper.history()).extracting(ClaimUsageView::uid).containsExactly("a");
  }

  /** What cannot be read may be all that is known of a year: it is not overwritten. */
  @Test
  void whileTheCountCannotBeReadNothingIsCounted() throws IOException {
    seconds(30, 0.5);
    keeper.leave();
    Path state = home.resolve("state.json");
    Path aside = home.resolve("aside");
    Files.move(state, aside);
    Files.createDirectories(state); // reading it is an I/O error
    keeper = start();
    seconds(10, 0.5);
    assertThat(keeper.report()).isEqualTo(UsageReport.EMPTY);
    assertThat(keeper.problem())
        .hasValueSatisfying(p ->
            assertThat(p)
                .isEqualTo(
                    "the usage of claims is not counted: "
                        + state
                        + " cannot be read: Is a directory"));
    Files.delete(state);
    Files.move(aside, state);
    seconds(1, 0.5);
    assertThat(of("a").heldSeconds()).isEqualTo(41);
    assertThat(of("a").usage().energyJoules()).isEqualTo(41 * 300);
    assertThat(keeper.problem()).isEmpty();
  }
}
