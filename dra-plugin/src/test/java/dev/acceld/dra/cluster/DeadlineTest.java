package dev.acceld.dra.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.acceld.dra.cluster.ClusterApi.SliceObserver;
import dev.acceld.dra.cluster.ClusterException.Reason;
import dev.acceld.dra.cluster.ResourceSlice.SliceDevice;
import dev.acceld.dra.cluster.ResourceSlice.Spec;
import dev.acceld.dra.cluster.SlowPeer.Manner;
import dev.acceld.dra.cluster.http.ApiHttp;
import dev.acceld.dra.cluster.http.ApiWorkers;
import dev.acceld.dra.cluster.http.KubeconfigFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A peer that is slow in any way costs a caller its timeout and no more, and no thread for good.
 */
class DeadlineTest {
  private static final Duration TIMEOUT = Duration.ofMillis(400);

  /** Far above the timeout, far below what a dripping peer could take. */
  private static final Duration MOST = Duration.ofSeconds(20);

  @TempDir static Path dir;
  private static TestTls tls;

  @BeforeAll
  static void keys() throws Exception {
    tls = TestTls.make(dir, "server");
  }

  @ParameterizedTest
  @CsvSource({
    "MUTE,false",
    "MUTE,true",
    "DRIPS_TLS,true",
    "DRIPS_HEAD,false",
    "DRIPS_HEAD,true",
    "DRIPS_BODY,false",
    "DRIPS_BODY,true",
    "DRIPS_CHUNK_HEAD,false",
    "DRIPS_CHUNK_HEAD,true",
  })
  void everyCallEndsAtItsDeadline(Manner manner, boolean secured) throws Exception {
    try (SlowPeer peer = new SlowPeer(manner, secured ? tls.context() : null);
        ClusterApi api = api(peer)) {
      ResourceSlice slice = slice(1);
      List<Attempt> calls =
          List.of(
              () -> api.getClaim("ns", "c", TIMEOUT),
              () -> api.nodeUid("n"),
              () -> api.listSlices("acceld.dev", "n"),
              () -> api.createSlice(slice, "u"),
              () -> api.tryCreateSlice(slice, "u"),
              () -> api.updateSlice(slice, "u"),
              () -> api.podUid("ns", "p"),
              () -> {
                api.deleteSlice(slice);
                return "";
              });
      calls.stream()
          .map(call -> beside(() -> ends(call)))
          .toList()
          .forEach(CompletableFuture::join);
    }
  }

  @ParameterizedTest
  @CsvSource({"MUTE,true", "DRIPS_TLS,true", "DRIPS_HEAD,true", "DRIPS_HEAD,false"})
  void aWatchIsEstablishedInTimeOrOver(Manner manner, boolean secured) throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    try (SlowPeer peer = new SlowPeer(manner, secured ? tls.context() : null);
        ClusterApi api = api(peer);
        ClusterApi.Watch watch = api.watchSlices("acceld.dev", "n", "1", ended(told))) {
      await().atMost(MOST).until(() -> !told.isEmpty());
      assertThat(told.getFirst()).contains("watch resourceslices");
    }
  }

  /** More requests than may be under way at once, then the peer is well: none is stuck. */
  @ParameterizedTest
  @CsvSource({"DRIPS_TLS,true", "DRIPS_CHUNK_HEAD,true", "DRIPS_HEAD,true", "DRIPS_BODY,false"})
  void noThreadIsLostToASlowPeer(Manner manner, boolean secured) throws Exception {
    try (SlowPeer peer = new SlowPeer(manner, secured ? tls.context() : null);
        ClusterApi api = api(peer)) {
      List<CompletableFuture<Void>> all = new ArrayList<>();
      for (int i = 0; i < 3 * ApiWorkers.AT_ONCE; i++) {
        all.add(beside(() -> ends(() -> api.getClaim("ns", "c", TIMEOUT))));
      }
      all.forEach(CompletableFuture::join);
      peer.manner = Manner.ANSWERS;
      await().atMost(MOST).ignoreExceptions().until(() -> api.nodeUid("n").equals("u"));
    }
  }

  /** A pooled connection, whose socket an earlier request has made. */
  @ParameterizedTest
  @EnumSource(
      value = Manner.class,
      names = {"DRIPS_HEAD", "DRIPS_CHUNK_HEAD"})
  void aConnectionThatIsUsedAgainEndsAtTheDeadlineToo(Manner manner) throws Exception {
    try (SlowPeer peer = new SlowPeer(Manner.ANSWERS, tls.context());
        ClusterApi api = api(peer, MOST)) {
      assertThat(api.nodeUid("n")).isEqualTo("u");
      assertThat(api.nodeUid("n")).isEqualTo("u");
      assertThat(peer.cut.get()).as("connections that are over").isZero();
      peer.manner = manner;
      ends(() -> api.getClaim("ns", "c", TIMEOUT));
      await().atMost(MOST).until(() -> peer.cut.get() == 1);
    }
  }

  /** Its TLS session is resumed from that of the connection that stalls. */
  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void aWatchOutlivesTheDeadlineOfAnotherConnection(String version) throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    try (SlowPeer peer = new SlowPeer(Manner.ANSWERS, tls.context(), version);
        ClusterApi patient = api(peer, MOST)) {
      assertThat(patient.nodeUid("n")).isEqualTo("u");
      peer.manner = Manner.WAITS;
      CompletableFuture<String> first =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return patient.nodeUid("n");
                } catch (ClusterException e) {
                  throw new CompletionException(e);
                }
              },
              task -> Thread.ofPlatform().daemon().start(task));
      await().atMost(MOST).until(() -> peer.waiting.get() == 1);
      peer.manner = Manner.STREAMS;
      try (ClusterApi.Watch watch = patient.watchSlices("acceld.dev", "n", "1", ended(told))) {
        await().atMost(MOST).until(() -> peer.streams.get() == 1);
        peer.manner = Manner.ANSWERS;
        assertThat(first.join()).isEqualTo("u");
        peer.manner = Manner.DRIPS_HEAD;
        ends(() -> patient.getClaim("ns", "c", TIMEOUT));
        await().atMost(MOST).until(() -> peer.cut.get() > 0);
        await().during(Duration.ofMillis(300)).until(told::isEmpty);
        assertThat(peer.streams.get()).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void aPeerThatDoesNotReadIsNotWrittenToForEver(boolean secured) throws Exception {
    try (SlowPeer peer = new SlowPeer(Manner.DOES_NOT_READ, secured ? tls.context() : null);
        ClusterApi api = api(peer)) {
      ResourceSlice large = slice(100_000);
      ends(() -> api.createSlice(large, "u"));
    }
  }

  private static CompletableFuture<Void> beside(Runnable work) {
    return CompletableFuture.runAsync(work, task -> Thread.ofPlatform().daemon().start(task));
  }

  private static void ends(Attempt attempt) {
    ClusterException e =
        assertTimeoutPreemptively(
            MOST, () -> catchThrowableOfType(ClusterException.class, attempt::go));
    assertThat(e.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(e.getMessage()).contains("no answer from", "within 400 ms");
  }

  private static ClusterApi api(SlowPeer peer) throws Exception {
    return api(peer, TIMEOUT);
  }

  private static ClusterApi api(SlowPeer peer, Duration timeout) throws Exception {
    Path ca = Files.writeString(dir.resolve("ca.crt"), tls.pem());
    Path kubeconfig =
        Files.writeString(
            dir.resolve("kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            clusters: [{name: c, cluster: {server: "%s", certificate-authority: "%s"}}]
            users: [{name: u, user: {token: t}}]
            contexts: [{name: c, context: {cluster: c, user: u}}]
            current-context: c
            """
                .formatted(peer.url(), ca));
    return new HttpClusterApi(new ApiHttp(KubeconfigFile.read(kubeconfig), "t"), timeout);
  }

  private static ResourceSlice slice(int devices) {
    List<SliceDevice> all =
        IntStream.range(0, devices)
            .mapToObj(i -> new SliceDevice("gpu-" + i, Map.of(), Map.of(), List.of()))
            .toList();
    return new ResourceSlice("s", "", "", new Spec("acceld.dev", "n", "n", 1, 1, all));
  }

  private static SliceObserver ended(List<String> told) {
    return new SliceObserver() {
      @Override
      public void changed(ResourceSlice slice) {}

      @Override
      public void deleted(ResourceSlice slice) {}

      @Override
      public void ended(String why) {
        told.add(why);
      }
    };
  }

  private interface Attempt {
    Object go() throws ClusterException;
  }
}
