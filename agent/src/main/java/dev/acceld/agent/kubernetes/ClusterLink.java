package dev.acceld.agent.kubernetes;

import dev.acceld.device.DeviceName;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the devices' side is told of the cluster, which is connected after the devices. */
public final class ClusterLink implements ClusterView {
  private volatile ClusterView cluster = ClusterView.NONE;

  /** From now on that one answers. */
  public void connect(ClusterView to) {
    cluster = to;
  }

  @Override
  public Map<String, String> nodeLabels() {
    return cluster.nodeLabels();
  }

  @Override
  public boolean labelsSettled() {
    return cluster.labelsSettled();
  }

  @Override
  public Optional<String> address(DeviceHolder holder) {
    return cluster.address(holder);
  }

  @Override
  public List<DeviceHolder> holders() {
    return cluster.holders();
  }

  @Override
  public void addressInDoubt(DeviceHolder holder) {
    cluster.addressInDoubt(holder);
  }

  @Override
  public Optional<Set<DeviceName>> held() {
    return cluster.held();
  }
}
