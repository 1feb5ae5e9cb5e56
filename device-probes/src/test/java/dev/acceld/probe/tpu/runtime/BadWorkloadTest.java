package dev.acceld.probe.tpu.runtime;

import static dev.acceld.probe.tpu.runtime.WorkloadStage.LOCAL;
import static dev.acceld.probe.tpu.runtime.WorkloadStage.chips;
import static dev.acceld.probe.tpu.runtime.WorkloadStage.endpoints;
import static dev.acceld.probe.tpu.runtime.WorkloadStage.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.machine.libtpu.Habit;
import dev.acceld.machine.libtpu.LibtpuServer;
import dev.acceld.machine.libtpu.MetricNames;
import dev.acceld.machine.libtpu.TpuWorkload;
import dev.acceld.probe.tpu.runtime.ProcessMetrics.State;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Endpoints that do not answer as they should, or not at all. */
@Timeout(120)
class BadWorkloadTest {
  private static final Round.Patience SHORT =
      new Round.Patience(Duration.ofMillis(300), Duration.ofSeconds(20));

  @AutoClose private final WorkloadStage stage = new WorkloadStage();

  private static State state(RuntimeReading reading) {
    return reading.processes().getFirst().state();
  }

  @Test
  void whereNothingListensThereIsNoProblemAndNoCall() throws Exception {
    LibtpuServer gone = stage.serve(chips(0), 1);
    List<Endpoint> endpoints = endpoints(gone);
    gone.close();
    RuntimeMetrics client = stage.client(endpoints, ExpectedChips.of(1, 1));
    RuntimeReading reading = read(client);
    assertThat(reading.serving()).isFalse();
    assertThat(state(reading)).isEqualTo(State.NOT_SERVING);
    assertThat(reading.problems()).isEmpty();
    assertThat(reading.chips()).containsExactly(ChipMetrics.EMPTY);

    try (ServerSocket counting = new ServerSocket(endpoints.getFirst().port(), 50, LOCAL)) {
      stage.pass(Duration.ofMillis(4999));
      assertThat(state(read(client))).isEqualTo(State.NOT_SERVING);
      counting.setSoTimeout(1);
      assertThat(connects(counting)).as("before it is time").isFalse();
      stage.pass(Duration.ofMillis(1));
      CompletableFuture<RuntimeReading> asked = client.poll();
      Awaitility.await().atMost(WorkloadStage.LONG).until(() -> connects(counting));
      asked.get(WorkloadStage.LONG.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static boolean connects(ServerSocket listening) {
    try {
      listening.accept().close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void aWorkloadThatComesAndGoesIsFoundAndForgotten() throws Exception {
    TpuWorkload workload = chips(0);
    workload.lack(List.of(MetricNames.IDLE));
    LibtpuServer server = stage.serve(workload, 1);
    int port = server.ports().getFirst();
    RuntimeMetrics client = stage.client(endpoints(server), ExpectedChips.of(1, 1));
    assertThat(read(client).serving()).isTrue();

    server.close();
    RuntimeReading gone = read(client);
    assertThat(gone.serving()).isFalse();
    assertThat(gone.chips()).as("nothing old").containsExactly(ChipMetrics.EMPTY);

    LibtpuServer next = LibtpuServer.start(chips(3), LOCAL, List.of(port));
    try (next) {
      stage.pass(Backoff.PAUSES.getLast());
      RuntimeReading back = read(client);
      assertThat(back.serving()).isTrue();
      assertThat(back.chips().getFirst().deviceIds()).containsExactly(3L);
      assertThat(back.chips().getFirst().idleSeconds()).as("another list").isPresent();
    }
  }

  @Test
  void aWorkloadThatWasReplacedBetweenTwoRoundsIsAskedForItsOwnList() throws Exception {
    TpuWorkload workload = chips(0);
    workload.lack(List.of(MetricNames.IDLE));
    LibtpuServer server = stage.serve(workload, 1);
    int port = server.ports().getFirst();
    RuntimeMetrics client = stage.client(endpoints(server), ExpectedChips.of(1, 1));
    assertThat(read(client).chips().getFirst().idleSeconds()).isEmpty();
    server.close();
    try (LibtpuServer next = LibtpuServer.start(chips(3), LOCAL, List.of(port))) {
      assertThat(next.ports()).containsExactly(port);
      Awaitility.await()
          .atMost(WorkloadStage.LONG)
          .until(() -> {
            RuntimeReading reading = read(client);
            stage.pass(Backoff.PAUSES.getLast());
            return reading.chips().getFirst().idleSeconds().isPresent();
          });
    }
  }

  @Test
  void aServerThatHangsIsReportedAndAskedSeldom() throws Exception {
    TpuWorkload workload = chips(0);
    workload.habit(Habit.HANG, true);
    RuntimeMetrics client =
        stage.client(endpoints(stage.serve(workload, 1)), ExpectedChips.of(1, 1), SHORT);
    RuntimeReading reading = read(client);
    assertThat(state(reading)).isEqualTo(State.FAILS);
    assertThat(WorkloadStage.withoutPort(reading)).containsExactly("no answer within 1 s");
    workload.habit(Habit.HANG, false);
    assertThat(WorkloadStage.withoutPort(read(client)))
        .as("kept")
        .containsExactly("no answer within 1 s");
    stage.pass(Backoff.PAUSES.getFirst());
    Awaitility.await()
        .atMost(WorkloadStage.LONG)
        .until(() -> {
          RuntimeReading now = read(client);
          stage.pass(Backoff.PAUSES.getLast());
          return now.serving() && now.problems().isEmpty();
        });
  }

  @Test
  void aServerThatStopsAnsweringInARoundCostsWhatItDoesNotAnswer() throws Exception {
    TpuWorkload workload = chips(0);
    RuntimeMetrics client =
        stage.client(
            endpoints(stage.serve(workload, 1)),
            ExpectedChips.of(1, 1),
            new Round.Patience(Duration.ofMillis(300), Duration.ZERO));
    RuntimeReading reading = read(client);
    assertThat(WorkloadStage.withoutPort(reading))
        .containsExactly("some metrics were not asked for, because the answers are too slow");
    assertThat(state(reading)).as("the list was answered").isEqualTo(State.ANSWERS);
  }

  @Test
  void aSlowServerIsReadAsLongAsItIsFastEnough() throws Exception {
    TpuWorkload workload = chips(0);
    workload.habit(Habit.SLOW, true);
    workload.delay(Duration.ofMillis(20));
    RuntimeReading reading = stage.read(workload, 1, ExpectedChips.of(1, 1));
    assertThat(reading.problems()).isEmpty();
    assertThat(reading.chips().getFirst().hbmTotalBytes()).isPresent();
  }

  @Test
  void connectionsThatAreResetAreReported() throws Exception {
    TpuWorkload workload = chips(0);
    RuntimeMetrics client =
        stage.client(endpoints(stage.serve(workload, 1)), ExpectedChips.of(1, 1));
    assertThat(read(client).serving()).isTrue();
    workload.habit(Habit.RESET, true);
    for (int i = 0; i < 3; i++) {
      RuntimeReading reading = read(client);
      assertThat(state(reading)).isEqualTo(State.FAILS);
      assertThat(WorkloadStage.withoutPort(reading)).containsExactly("the connection was closed");
      assertThat(reading.chips()).containsExactly(ChipMetrics.EMPTY);
      stage.pass(Backoff.PAUSES.getLast());
    }
    workload.habit(Habit.RESET, false);
    assertThat(read(client).serving()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 200 OK\r\n\r\n", "\u0000\u0001\u0002", "SSH-2.0-x\r\n", ""})
  void whatIsNoGrpcServerIsReported(String greeting) throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 50, LOCAL)) {
      Thread server =
          Thread.ofVirtual()
              .start(() -> {
                try (Socket one = listening.accept();
                    OutputStream out = one.getOutputStream()) {
                  out.write(greeting.getBytes(StandardCharsets.ISO_8859_1));
                } catch (IOException e) {
                  // The other end leaves.
                }
              });
      RuntimeMetrics client =
          stage.client(List.of(new Endpoint(LOCAL, listening.getLocalPort())), ExpectedChips.of(1));
      RuntimeReading reading = read(client);
      assertThat(state(reading)).isEqualTo(State.FAILS);
      assertThat(reading.problems()).hasSize(1);
      server.join();
    }
  }

  @ParameterizedTest
  @EnumSource(Habit.class)
  void whateverAServerDoesARoundEndsAndSoDoesAClientThatIsClosed(Habit habit) throws Exception {
    TpuWorkload workload = chips(0, 1);
    workload.habit(habit, true);
    RuntimeMetrics client =
        stage.client(endpoints(stage.serve(workload, 2)), ExpectedChips.of(2, 1), SHORT);
    assertThat(read(client).chips()).hasSize(2);
    stage.pass(Backoff.PAUSES.getLast());
    CompletableFuture<RuntimeReading> running = client.poll();
    client.close();
    assertThat(running.get(WorkloadStage.LONG.toSeconds(), TimeUnit.SECONDS).chips()).hasSize(2);
    RuntimeReading after = read(client);
    assertThat(after.serving()).isFalse();
    assertThat(after.chips()).containsOnly(ChipMetrics.EMPTY);
    assertThat(after.problems()).isEmpty();
  }

  @Test
  void pollsAtTheSameTimeAreOneRound() throws Exception {
    TpuWorkload workload = chips(0);
    workload.habit(Habit.SLOW, true);
    workload.delay(Duration.ofMillis(50));
    RuntimeMetrics client =
        stage.client(endpoints(stage.serve(workload, 1)), ExpectedChips.of(1, 1));
    CompletableFuture<RuntimeReading> first = client.poll();
    assertThat(client.poll()).isSameAs(first);
    first.get(WorkloadStage.LONG.toSeconds(), TimeUnit.SECONDS);
    assertThat(client.poll()).isNotSameAs(first);
  }

  @Test
  void manyEndpointsHaveOneThread() throws Exception {
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      endpoints.addAll(endpoints(stage.serve(chips(0, 1, 2, 3), 4)));
    }
    Collections.shuffle(endpoints);
    RuntimeReading reading = read(stage.client(endpoints, ExpectedChips.of(16, 1)));
    assertThat(reading.problems()).isEmpty();
    assertThat(reading.chips()).allMatch(chip -> chip.hbmTotalBytes().isPresent());
    Awaitility.await() // a thread of a test before may be about to end
        .atMost(WorkloadStage.LONG)
        .until(() ->
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("tpu-runtime-io"))
                    .count()
                == 1);
  }
}
