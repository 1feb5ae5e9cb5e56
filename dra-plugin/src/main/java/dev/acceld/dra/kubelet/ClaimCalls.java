package dev.acceld.dra.kubelet;

import dev.acceld.dra.claim.ClaimService;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.kubelet.proto.dra.v1.Claim;
import dev.acceld.kubelet.proto.dra.v1.Device;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourceResponse;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourcesResponse;
import dev.acceld.kubelet.proto.dra.v1.NodeUnprepareResourceResponse;
import dev.acceld.kubelet.proto.dra.v1.NodeUnprepareResourcesResponse;
import dev.acceld.text.ErrorText;
import dev.acceld.text.OneLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the wire to {@link ClaimService} and back. The answer holds every UID that was asked for and
 * no other: the kubelet fails the whole pod otherwise.
 */
final class ClaimCalls {
  private static final Logger log = LoggerFactory.getLogger(ClaimCalls.class);
  private final ClaimService service;

  ClaimCalls(ClaimService service) {
    this.service = service;
  }

  NodePrepareResourcesResponse prepare(List<Claim> claims, CallScope call, boolean withShareIds) {
    Map<String, ClaimRef> asked = new LinkedHashMap<>();
    Map<String, String> errors = new LinkedHashMap<>();
    sort(claims, asked, errors);
    List<ClaimRef> refs = List.copyOf(asked.values());
    Map<String, PrepareOutcome> outcomes =
        ask("prepare", refs, errors, () -> service.prepare(refs, call));
    NodePrepareResourcesResponse.Builder answer = NodePrepareResourcesResponse.newBuilder();
    for (String uid : asked.keySet()) {
      switch (outcomes.get(uid)) {
        case PrepareOutcome.Prepared(List<PreparedDevice> devices) ->
            answer.putClaims(uid, devices(devices, withShareIds));
        case PrepareOutcome.Failed(String message) -> errors.put(uid, message);
        case null -> errors.putIfAbsent(uid, "claim " + uid + " was left out of the answer");
      }
    }
    errors.forEach((uid, error) ->
        answer.putClaims(
            uid, NodePrepareResourceResponse.newBuilder().setError(describe(error)).build()));
    return answer.build();
  }

  NodeUnprepareResourcesResponse unprepare(List<Claim> claims, CallScope call) {
    Map<String, ClaimRef> asked = new LinkedHashMap<>();
    Map<String, String> errors = new LinkedHashMap<>();
    sort(claims, asked, errors);
    List<ClaimRef> refs = List.copyOf(asked.values());
    Map<String, UnprepareOutcome> outcomes =
        ask("unprepare", refs, errors, () -> service.unprepare(refs, call));
    NodeUnprepareResourcesResponse.Builder answer = NodeUnprepareResourcesResponse.newBuilder();
    for (String uid : asked.keySet()) {
      switch (outcomes.get(uid)) {
        case UnprepareOutcome.Done() ->
            answer.putClaims(uid, NodeUnprepareResourceResponse.getDefaultInstance());
        case UnprepareOutcome.Failed(String message) -> errors.put(uid, message);
        case null -> errors.putIfAbsent(uid, "claim " + uid + " was left out of the answer");
      }
    }
    errors.forEach((uid, error) ->
        answer.putClaims(
            uid, NodeUnprepareResourceResponse.newBuilder().setError(describe(error)).build()));
    return answer.build();
  }

  /** Takes each UID once, and sorts out claims that are not fully named. */
  private static void sort(
      List<Claim> claims, Map<String, ClaimRef> asked, Map<String, String> errors) {
    for (Claim claim : claims) {
      if (claim.getUid().isEmpty() || claim.getNamespace().isEmpty() || claim.getName().isEmpty()) {
        errors.put(
            claim.getUid(),
            "the kubelet's request names a claim incompletely: namespace '%s', name '%s', UID '%s'"
                .formatted(claim.getNamespace(), claim.getName(), claim.getUid()));
        continue;
      }
      asked.put(
          claim.getUid(), new ClaimRef(claim.getNamespace(), claim.getName(), claim.getUid()));
    }
  }

  private static <O> Map<String, O> ask(
      String what, List<ClaimRef> refs, Map<String, String> errors, Supplier<Map<String, O>> work) {
    if (refs.isEmpty()) {
      return Map.of();
    }
    try {
      return work.get();
    } catch (RuntimeException e) {
      List<String> names = new ArrayList<>();
      for (ClaimRef ref : refs) {
        names.add(ref.path());
        errors.put(
            ref.uid(), "internal error, see the log of the agent on the node: " + ErrorText.of(e));
      }
      log.error("{} of claims {} failed unexpectedly", what, names, e);
      return Map.of();
    }
  }

  private static NodePrepareResourceResponse devices(
      List<PreparedDevice> devices, boolean withShareIds) {
    NodePrepareResourceResponse.Builder answer = NodePrepareResourceResponse.newBuilder();
    for (PreparedDevice device : devices) {
      Device.Builder wire =
          answer
              .addDevicesBuilder()
              .addRequestNames(device.request())
              .setPoolName(device.pool())
              .setDeviceName(device.device())
              .addAllCdiDeviceIds(device.cdiIds());
      if (withShareIds) {
        device.shareId().ifPresent(wire::setShareId);
      }
    }
    return answer.build();
  }

  /** An empty error would mean success; one with line feeds would forge lines of others' logs. */
  private static String describe(String error) {
    return error.isEmpty() ? "failed without a reason" : OneLine.of(error);
  }
}
