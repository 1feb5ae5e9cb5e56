package dev.acceld.agent.hurt;

import dev.acceld.fake.ClaimId;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Things that go wrong on a node, at random; all of them can be mended. */
final class Troubles {
  private static final List<String> CALLS =
      List.of(
          "nvmlDeviceGetUUID",
          "nvmlDeviceGetHandleByIndex_v2",
          "nvmlDeviceGetMigMode",
          "nvmlDeviceCreateGpuInstanceWithPlacement",
          "nvmlGpuInstanceCreateComputeInstance",
          "nvmlGpuInstanceDestroy",
          "nvmlDeviceGetGpuInstances");

  private final HurtStage stage;
  private final Traces traces;
  private final LiveClaims claims;
  private final Random random;

  Troubles(HurtStage stage, Traces traces, LiveClaims claims, long seed) {
    this.stage = stage;
    this.traces = traces;
    this.claims = claims;
    this.random = new Random(seed);
  }

  /** Does one of them. */
  void one(Simulation machine) throws IOException {
    String call = CALLS.get(random.nextInt(CALLS.size()));
    String gpu = "gpu-" + random.nextInt(8);
    switch (random.nextInt(7)) {
      case 0 -> machine.fail(call, gpu, 999);
      case 1 -> machine.fail(call, gpu, call.equals("nvmlDeviceGetMigMode") ? 27 : 15);
      case 2 -> machine.hang(call, gpu);
      case 3 -> stage.api().faults().unavailable(true);
      case 4 -> stage.api().faults().dropConnections(true);
      case 5 -> machine.fail("nvmlInitWithFlags", 9);
      default -> mend(machine);
    }
  }

  /** Ends all of them. */
  void mend(Simulation machine) {
    for (String call : CALLS) {
      machine.fail(call, 0);
      machine.unhang(call);
    }
    machine.fail("nvmlInitWithFlags", 0);
    stage.api().faults().unavailable(false);
    stage.api().faults().dropConnections(false);
  }

  /** One copy of a live claim's record is damaged, while no agent runs. */
  void damageOne() throws IOException {
    Optional<ClaimId> claim = claims.any(random);
    if (claim.isPresent()) {
      Path file = random.nextBoolean() ? traces.record(claim.get()) : traces.copy(claim.get());
      if (Files.exists(traces.record(claim.get())) && Files.exists(traces.copy(claim.get()))) {
        Traces.damage(file);
      }
    }
  }
}
