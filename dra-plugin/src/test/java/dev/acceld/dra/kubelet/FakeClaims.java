package dev.acceld.dra.kubelet;

import dev.acceld.dra.claim.ClaimService;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.fake.ClaimId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Prepares everything with one device, unless told otherwise by the claim's name. */
class FakeClaims implements ClaimService {
  /** What to do inside a prepare of the claim with that name, before answering. */
  interface Work {
    void run(CallScope call) throws InterruptedException;
  }

  final Map<String, Work> work = new ConcurrentHashMap<>();
  final List<ClaimRef> prepared = new CopyOnWriteArrayList<>();
  final List<ClaimRef> unprepared = new CopyOnWriteArrayList<>();

  @Override
  public Map<String, PrepareOutcome> prepare(List<ClaimRef> claims, CallScope call) {
    Map<String, PrepareOutcome> outcomes = new LinkedHashMap<>();
    for (ClaimRef claim : claims) {
      Work before = work.get(claim.name());
      if (before != null) {
        try {
          before.run(call);
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      prepared.add(claim);
      if (claim.name().startsWith("bad")) {
        outcomes.put(
            claim.uid(),
            new PrepareOutcome.Failed(
                claim.path()
                    + (claim.name().contains("forger") ? "\nE1128 forged\u001b[2J" : " is bad")));
      } else if (!claim.name().startsWith("forgotten")) {
        outcomes.put(claim.uid(), new PrepareOutcome.Prepared(devices(claim)));
      }
    }
    return outcomes;
  }

  @Override
  public Map<String, UnprepareOutcome> unprepare(List<ClaimRef> claims, CallScope call) {
    Map<String, UnprepareOutcome> outcomes = new LinkedHashMap<>();
    for (ClaimRef claim : claims) {
      unprepared.add(claim);
      outcomes.put(
          claim.uid(),
          claim.name().startsWith("stuck")
              ? new UnprepareOutcome.Failed(claim.path() + " is stuck")
              : new UnprepareOutcome.Done());
    }
    return outcomes;
  }

  private static List<PreparedDevice> devices(ClaimRef claim) {
    List<PreparedDevice> devices = new ArrayList<>();
    devices.add(
        new PreparedDevice(
            "main",
            "node-1",
            "gpu-0",
            Optional.of("share-1"),
            false,
            List.of("acceld.dev/claim=" + claim.uid() + "-gpu-0")));
    return devices;
  }

  /** As the kubelet names it. */
  static ClaimId claim(String name) {
    return new ClaimId("default", name, "uid-of-" + name);
  }

  /** As it arrives. */
  static ClaimRef arrived(String name) {
    return new ClaimRef("default", name, "uid-of-" + name);
  }
}
