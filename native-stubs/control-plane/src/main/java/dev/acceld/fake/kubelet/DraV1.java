package dev.acceld.fake.kubelet;

import dev.acceld.fake.ClaimId;
import dev.acceld.fake.kubelet.PrepareAnswer.AnsweredDevice;
import dev.acceld.kubelet.proto.dra.v1.Claim;
import dev.acceld.kubelet.proto.dra.v1.DRAPluginGrpc;
import dev.acceld.kubelet.proto.dra.v1.Device;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourceResponse;
import dev.acceld.kubelet.proto.dra.v1.NodePrepareResourcesRequest;
import dev.acceld.kubelet.proto.dra.v1.NodeUnprepareResourcesRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code v1.DRAPlugin}. */
record DraV1(Channel channel, Duration deadline) implements DraDialect {
  @Override
  public Map<String, PrepareAnswer> prepare(Collection<ClaimId> claims) {
    var request =
        NodePrepareResourcesRequest.newBuilder()
            .addAllClaims(claims.stream().map(DraV1::claim).toList())
            .build();
    Map<String, PrepareAnswer> answers = new LinkedHashMap<>();
    stub()
        .nodePrepareResources(request)
        .getClaimsMap()
        .forEach((uid, answer) -> answers.put(uid, answer(answer)));
    return answers;
  }

  @Override
  public Map<String, String> unprepare(Collection<ClaimId> claims) {
    var request =
        NodeUnprepareResourcesRequest.newBuilder()
            .addAllClaims(claims.stream().map(DraV1::claim).toList())
            .build();
    Map<String, String> errors = new LinkedHashMap<>();
    stub()
        .nodeUnprepareResources(request)
        .getClaimsMap()
        .forEach((uid, answer) -> errors.put(uid, answer.getError()));
    return errors;
  }

  private DRAPluginGrpc.DRAPluginBlockingStub stub() {
    return DRAPluginGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static Claim claim(ClaimId ref) {
    return Claim.newBuilder()
        .setNamespace(ref.namespace())
        .setName(ref.name())
        .setUid(ref.uid())
        .build();
  }

  private static PrepareAnswer answer(NodePrepareResourceResponse answer) {
    List<AnsweredDevice> devices = answer.getDevicesList().stream().map(DraV1::device).toList();
    return new PrepareAnswer(devices, answer.getError());
  }

  private static AnsweredDevice device(Device device) {
    return new AnsweredDevice(
        device.getRequestNamesList(),
        device.getPoolName(),
        device.getDeviceName(),
        device.getCdiDeviceIdsList(),
        device.hasShareId() ? Optional.of(device.getShareId()) : Optional.empty());
  }
}
