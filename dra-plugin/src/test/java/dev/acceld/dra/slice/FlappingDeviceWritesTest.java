package dev.acceld.dra.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Inventory;
import dev.acceld.dra.chips.Chips;
import dev.acceld.dra.slice.VirtualCluster.Load;
import dev.acceld.health.HealthAssessor;
import dev.acceld.probe.Signal;
import dev.acceld.vendor.HealthRulebook;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * From the probes' signals to the slice in virtual time: what a device that comes and goes costs.
 */
class FlappingDeviceWritesTest {
  private static final Instant BEGIN = Instant.parse("2026-11-29T04:00:00Z");
  private static final DeviceName BAD = new DeviceName("tpu-0");

  private final VirtualCluster cluster = new VirtualCluster(1);
  private final HealthAssessor health =
      new HealthAssessor(new HealthRulebook(Map.of()), this::now, cluster::now);
  private final SliceComposer composer = new SliceComposer("acceld.dev");
  private final Inventory inventory = inventory();

  private Instant now() {
    return BEGIN.plusNanos(cluster.now());
  }

  @Test
  void aDeviceThatFlapsCostsAFewWritesAMinute() {
    health.onChange(reports ->
        cluster
            .node(0)
            .offer(composer.compose(inventory, reports, List.of(), true, true).devices()));
    health.inventory(inventory);
    cluster.pass(Duration.ofMinutes(5));
    cluster.load(0);
    int total = 0;
    for (int minute = 1; minute <= 15; minute++) {
      for (int second = 0; second < 60; second += 2) {
        health.signals(List.of(new Signal.Lost(BAD, now(), "it is gone")));
        tick();
        health.signals(List.of(new Signal.Answers(BAD, now())));
        tick();
      }
      Load load = cluster.load(0);
      total += (int) load.writes();
      System.out.printf("flapping device, minute %d: %d writes%n", minute, load.writes());
      assertThat(load.writes()).as("minute %d", minute).isLessThanOrEqualTo(8);
    }
    assertThat(total).isLessThan(30);
    assertThat(cluster.node(0).published().getFirst().taints()).as("kept away").isNotEmpty();
    for (int second = 0; second < 90; second++) {
      tick();
    }
    assertThat(cluster.node(0).published().getFirst().taints()).as("calm again").isEmpty();
  }

  private void tick() {
    cluster.pass(Duration.ofSeconds(1));
    health.tick();
  }

  private static Inventory inventory() {
    List<Device> devices = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      devices.add(Chips.named("tpu-" + i));
    }
    return new Inventory(BEGIN, devices, Set.of(), List.of());
  }
}
