package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.AttributeValue;
import dev.acceld.host.HostFs;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.ClusterView;
import dev.acceld.probe.DeviceHolder;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.tpu.host.ConfiguredFacts;
import dev.acceld.probe.tpu.shape.ShapeChoice;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SourcesAtStartTest {
  @TempDir Path root;

  /** Labels that are there after some looks, as the API server's answer is. */
  private static final class SlowLabels implements ClusterView {
    private final AtomicInteger looks = new AtomicInteger();
    private final int needed;

    SlowLabels(int needed) {
      this.needed = needed;
    }

    @Override
    public Map<String, String> nodeLabels() {
      return looks.get() < needed
          ? Map.of()
          : Map.of("node.kubernetes.io/instance-type", "ct5lp-hightpu-8t");
    }

    @Override
    public boolean labelsSettled() {
      return looks.incrementAndGet() >= needed;
    }

    @Override
    public List<DeviceHolder> holders() {
      return List.of();
    }

    @Override
    public Optional<String> address(DeviceHolder holder) {
      return Optional.empty();
    }
  }

  private Discovery first(ClusterView cluster) throws Exception {
    MachineTree tree = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    HostFs fs = new HostFs(tree.root());
    TpuOptions options =
        new TpuOptions(
            ShapeChoice.parse("none"),
            ConfiguredFacts.parse("--tpu-host-facts", ""),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            false,
            Optional.empty(),
            Duration.ofSeconds(30));
    return TpuTests.probe(fs, new TpuHost(fs, options, cluster)).discover();
  }

  @Test
  void theFirstDiscoveryHasWhatTheSourcesSay() throws Exception {
    assertThat(first(new SlowLabels(5)).devices().getFirst().common().attributes())
        .containsEntry("machineType", AttributeValue.of("ct5lp-hightpu-8t"));
  }

  @Test
  void aSourceThatNeverAnswersIsNotWaitedForForEver() throws Exception {
    assertThat(first(new SlowLabels(Integer.MAX_VALUE)).devices()).hasSize(8);
  }
}
