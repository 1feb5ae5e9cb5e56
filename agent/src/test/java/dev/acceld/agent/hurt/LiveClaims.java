package dev.acceld.agent.hurt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.AgentStage;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.PodId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.fake.kubelet.PrepareAnswer;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Pods that come, start again and go, as one kubelet sees them, and who holds what by the answers
 * that it got. A claim is live from an answer without an error until its unprepare is asked for.
 */
final class LiveClaims {
  private static final String[] PROFILES = {"", "", "3g.40gb", "2g.20gb", "1g.10gb"};

  private final HurtStage stage;
  private final Map<ClaimId, PrepareAnswer> live = new ConcurrentHashMap<>();
  private final Map<ClaimId, Boolean> ending = new ConcurrentHashMap<>();

  LiveClaims(HurtStage stage) {
    this.stage = stage;
  }

  /** What one worker has under way. */
  final class Worker {
    private final String name;
    private final Random random;
    private final List<ClaimId> own = new ArrayList<>();
    private int made;

    Worker(String name, long seed) {
      this.name = name;
      this.random = new Random(seed);
    }

    /** One thing that a kubelet does with one of its claims; trouble means that it comes again. */
    void step() throws InterruptedException {
      if (own.size() < 3) {
        wanted().ifPresent(own::add);
      }
      if (own.isEmpty()) {
        Thread.sleep(50);
        return;
      }
      ClaimId claim = own.get(random.nextInt(own.size()));
      if (ending.containsKey(claim)) {
        end(claim);
      } else if (live.containsKey(claim) && random.nextInt(3) == 0) {
        // Its pods are gone for the scheduler, and the kubelet is late: the device is still held.
        stage.api().delete(ApiKind.CLAIMS, claim.namespace(), claim.name());
        Thread.sleep(random.nextInt(400));
        end(claim);
      } else {
        prepare(claim);
      }
    }

    private Optional<ClaimId> wanted() {
      String profile = PROFILES[random.nextInt(PROFILES.length)];
      try {
        return Optional.of(
            stage.node.claim(
                name + "-" + made++,
                AgentStage.DRIVER,
                d -> d.at("/attributes/profile/string").asText().equals(profile)));
      } catch (IllegalStateException e) {
        return Optional.empty(); // no device is free
      }
    }

    private void prepare(ClaimId claim) {
      try {
        PrepareAnswer answer = stage.prepare(claim);
        if (answer.error().isEmpty()) {
          prepared(claim, answer);
        }
      } catch (StatusRuntimeException | IllegalStateException e) {
        // The agent is dead or not there; the kubelet asks again.
      }
    }

    private void end(ClaimId claim) {
      ending.put(claim, true);
      live.remove(claim);
      try {
        if (stage.unprepare(claim).isEmpty()) {
          ended(claim);
          own.remove(claim);
        }
      } catch (StatusRuntimeException | IllegalStateException e) {
        // The kubelet asks again.
      }
    }

    /** Ends all claims, with an agent that works. */
    void endAll() {
      for (ClaimId claim : List.copyOf(own)) {
        ending.put(claim, true);
        live.remove(claim);
        stage.api().delete(ApiKind.CLAIMS, claim.namespace(), claim.name());
        stage.givenBack(claim);
        ended(claim);
      }
      own.clear();
    }
  }

  private synchronized void prepared(ClaimId claim, PrepareAnswer answer) {
    PrepareAnswer before = live.get(claim);
    if (before != null) {
      assertThat(answer).as("%s again", claim.name()).isEqualTo(before);
      return;
    }
    stage.kubelet().addPod(pod(claim), List.of(claim));
    live.put(claim, answer);
    check();
  }

  private void ended(ClaimId claim) {
    stage.kubelet().removePod(pod(claim));
    stage.api().delete(ApiKind.PODS, claim.namespace(), pod(claim).name());
    stage.api().delete(ApiKind.CLAIMS, claim.namespace(), claim.name());
    ending.remove(claim);
  }

  private static PodId pod(ClaimId claim) {
    return new PodId(claim.namespace(), claim.name().replaceAll("-gpu$", ""), "");
  }

  /** How many claims are live. */
  int size() {
    return live.size();
  }

  /** No device is held by two of them. */
  synchronized void check() {
    Map<String, ClaimId> holders = new HashMap<>();
    live.forEach((claim, answer) ->
        answer
            .devices()
            .forEach(device -> {
              ClaimId other = holders.put(device.device(), claim);
              assertThat(other).as("%s and %s have %s", claim, other, device.device()).isNull();
            }));
  }

  /** What the containers of all of them need is there: the CDI file with the devices answered. */
  void checkFiles(Traces traces) throws IOException {
    for (Map.Entry<ClaimId, PrepareAnswer> each : live.entrySet()) {
      Path file = traces.cdi(each.getKey());
      assertThat(file).as("CDI file of " + each.getKey().name()).exists();
      for (PrepareAnswer.AnsweredDevice device : each.getValue().devices()) {
        for (String id : device.cdiIds()) {
          assertThat(Files.readString(traces.cdiOf(id, file), StandardCharsets.UTF_8))
              .contains("\"" + id.substring(id.indexOf('=') + 1) + "\"");
        }
      }
      assertThat(
              Files.exists(traces.record(each.getKey()))
                  || Files.exists(traces.copy(each.getKey())))
          .as("record of " + each.getKey().name())
          .isTrue();
    }
  }

  /** Prepares all of them again: the answers are the same. */
  void checkAnswers() {
    live.forEach(
        (claim, answer) -> assertThat(stage.prepared(claim)).as(claim.name()).isEqualTo(answer));
  }

  /** One of the live claims. */
  Optional<ClaimId> any(Random random) {
    List<ClaimId> all =
        live.keySet().stream().sorted(java.util.Comparator.comparing(ClaimId::name)).toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
  }
}
