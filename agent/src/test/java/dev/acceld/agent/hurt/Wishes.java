package dev.acceld.agent.hurt;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.AgentStage;
import dev.acceld.fake.ClaimId;
import dev.acceld.fake.apiserver.ApiKind;
import dev.acceld.machine.tree.SimulatedDevice;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Claims and what is allocated to them, also what no scheduler would: a device that is taken. */
final class Wishes {
  private final HurtStage stage;

  Wishes(HurtStage stage) {
    this.stage = stage;
  }

  /** A claim for a device of that GPU, by the scheduler. */
  ClaimId scheduled(String pod, String gpu, String profile) throws IOException {
    return stage.node.claim(pod, AgentStage.DRIVER, of(gpu, profile));
  }

  /** A claim of a pod for that device, whoever has it. */
  ClaimId forced(String pod, String device) {
    String name = pod + "-gpu";
    ClaimId claim = new ClaimId("default", name, stage.api().addClaim("default", name, Map.of()));
    String podUid = stage.api().addPod("default", pod, AgentStage.NODE, name);
    ObjectNode stored = stored(claim);
    ObjectNode status = stored.putObject("status");
    status
        .putArray("reservedFor")
        .addObject()
        .put("resource", "pods")
        .put("name", pod)
        .put("uid", podUid);
    stage.api().replace(ApiKind.CLAIMS, "default", stored);
    allocate(claim, device);
    return claim;
  }

  /** Allocates another device to a claim, for another pod, whoever has the device. */
  void allocateAnew(ClaimId claim, String pod, String device) {
    String podUid = stage.api().addPod("default", pod, AgentStage.NODE, claim.name());
    ObjectNode stored = stored(claim);
    ((ObjectNode) stored.at("/status/reservedFor/0")).put("name", pod).put("uid", podUid);
    stage.api().replace(ApiKind.CLAIMS, "default", stored);
    allocate(claim, device);
  }

  /** Allocates another device to a claim, whoever has it. */
  private void allocate(ClaimId claim, String device) {
    ObjectNode stored = stored(claim);
    ObjectNode status = (ObjectNode) stored.path("status");
    ArrayNode results = status.putObject("allocation").putObject("devices").putArray("results");
    results
        .addObject()
        .put("request", "r")
        .put("driver", AgentStage.DRIVER)
        .put("pool", AgentStage.NODE)
        .put("device", device);
    stage.api().replace(ApiKind.CLAIMS, "default", stored);
  }

  /** Takes the allocation away, as when the last pod of a claim has gone. */
  void deallocate(ClaimId claim) {
    ObjectNode stored = stored(claim);
    stored.remove("status");
    stage.api().replace(ApiKind.CLAIMS, "default", stored);
  }

  private ObjectNode stored(ClaimId claim) {
    return stage.api().find(ApiKind.CLAIMS, claim.namespace(), claim.name()).orElseThrow();
  }

  /** The name under which a device is published: a whole GPU, or a part of it. */
  String device(String gpu, String profile) throws IOException {
    Predicate<JsonNode> wanted = of(gpu, profile);
    return published().stream()
        .filter(wanted)
        .map(d -> d.path("name").asText())
        .findFirst()
        .orElseThrow();
  }

  /** All devices as published. */
  List<JsonNode> published() {
    return stage.api().all(ApiKind.SLICES).stream()
        .flatMap(s -> s.at("/spec/devices").valueStream())
        .toList();
  }

  /** Whether something is that GPU, or its part of that profile; no profile means the whole. */
  Predicate<JsonNode> of(String gpu, String profile) throws IOException {
    String uuid =
        stage.machine().devices().stream()
            .filter(d -> d.is(gpu))
            .map(SimulatedDevice::uuid)
            .findFirst()
            .orElseThrow();
    return profile.isEmpty()
        ? d -> d.at("/attributes/uuid/string").asText().equals(uuid)
        : d ->
            d.at("/attributes/parentUUID/string").asText().equals(uuid)
                && d.at("/attributes/profile/string").asText().equals(profile);
  }
}
