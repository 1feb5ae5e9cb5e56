package dev.acceld.agent.kubernetes;

import dev.acceld.device.DeviceName;
import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import dev.acceld.snapshot.Holders;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What Kubernetes says of this node and of who uses its devices. */
final class KubernetesView implements ClusterView, AutoCloseable {
  private final NodeLabelReader labels;
  private final PodAddresses addresses;
  private final Supplier<List<PreparedClaim>> claims;
  private final Supplier<Optional<Set<String>>> held;
  private volatile Known known = new Known(List.of(), Map.of(), List.of());

  /**
   * What follows from a list of claims, which is the same as long as nothing changes.
   *
   * @param pods those that use a claim alone, by the claim's UID
   */
  private record Known(
      List<PreparedClaim> claims, Map<String, PodRef> pods, List<DeviceHolder> holders) {}

  /**
   * Has read nothing yet.
   *
   * @param claims the prepared ones; the same list as long as nothing changes
   * @param held the names of all devices that claims may hold; empty when not all are known
   */
  KubernetesView(
      NodeLabelReader labels,
      PodAddresses addresses,
      Supplier<List<PreparedClaim>> claims,
      Supplier<Optional<Set<String>>> held) {
    this.labels = labels;
    this.addresses = addresses;
    this.claims = claims;
    this.held = held;
  }

  @Override
  public Map<String, String> nodeLabels() {
    return labels.labels();
  }

  @Override
  public boolean labelsSettled() {
    return labels.settled();
  }

  @Override
  public List<DeviceHolder> holders() {
    List<PreparedClaim> now = claims.get();
    Known before = known;
    if (before.claims == now) {
      return before.holders; // asked with every sample, and seldom another
    }
    Map<String, PodRef> sole = new HashMap<>();
    for (PreparedClaim claim : now) {
      List<PodRef> users = Holders.distinct(claim.pods());
      if (users.size() == 1) {
        sole.put(claim.claim().uid(), users.getFirst());
      }
    }
    known = new Known(now, Map.copyOf(sole), now.stream().map(KubernetesView::holder).toList());
    addresses.retain(new HashSet<>(sole.values()));
    return known.holders;
  }

  private static DeviceHolder holder(PreparedClaim claim) {
    return new DeviceHolder(
        claim.claim().path(),
        claim.claim().uid(),
        claim.devices().stream()
            .filter(device -> !device.adminAccess())
            .map(PreparedDevice::device)
            .map(DeviceName::new)
            .toList());
  }

  @Override
  public Optional<Set<DeviceName>> held() {
    return held.get().map(names -> names.stream().map(DeviceName::new).collect(Collectors.toSet()));
  }

  @Override
  public Optional<String> address(DeviceHolder holder) {
    return Optional.ofNullable(known.pods.get(holder.uid())).flatMap(addresses::of);
  }

  @Override
  public void addressInDoubt(DeviceHolder holder) {
    Optional.ofNullable(known.pods.get(holder.uid())).ifPresent(addresses::readAgain);
  }

  @Override
  public void close() {
    labels.close();
    addresses.close();
  }
}
