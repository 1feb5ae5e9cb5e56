package dev.acceld.agent.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.Agent;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.demo.ControlPlane.ScheduledPod;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.TpuChip;
import dev.acceld.dra.standin.PrepareAnswer;
import dev.acceld.dra.standin.ReportedHealth;
import dev.acceld.dra.standin.StandinRegistration;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The scenes of the demo, in order. */
final class Demo {
  private static final int WANTED = 2;
  private static final int XID = 79;

  /** Drivers from 570 on have the recovery action, field 230. */
  private static final Pattern SAYS_WHEN_RECOVERED = Pattern.compile("^(5[7-9]|[6-9])\\d");

  private static final List<String> SERIES =
      List.of(
          "DCGM_FI_DEV_GPU_UTIL",
          "DCGM_FI_DEV_FB_USED",
          "DCGM_FI_DEV_POWER_USAGE",
          "acceld_device_utilization_ratio",
          "acceld_device_health_state");

  private final Narrator out;
  private final AgentConfig config;
  private final ControlPlane cluster;
  private final Agent agent;

  Demo(Narrator out, AgentConfig config, ControlPlane cluster, Agent agent) {
    this.out = out;
    this.config = config;
    this.cluster = cluster;
    this.agent = agent;
  }

  void play() throws Exception {
    if (!devicesAndSlices()) {
      return;
    }
    ScheduledPod pod = prepare();
    metrics(pod);
    fault(pod.devices().getFirst());
    giveBack(pod);
  }

  private boolean devicesAndSlices() throws Exception {
    StandinRegistration us =
        cluster.kubelet().awaitRegistered(ControlPlane.DRIVER, Duration.ofSeconds(20));
    out.say(
        String.format(
            Locale.ROOT,
            "The kubelet found the agent's socket and registered it: %s, %s (GetInfo took %.1f ms of"
                + " the 1000 it grants).",
            us.draVersion(),
            us.healthVersion().orElse("no health"),
            us.getInfoTook().toNanos() / 1e6));
    Until.isTrue("the slice", () -> !cluster.slices().isEmpty());

    out.scene("Devices that the agent found");
    List<Device> devices = agent.inventory().devices();
    if (devices.isEmpty()) {
      out.say(
          "None: this machine has no accelerators. An empty ResourceSlice says so to the scheduler.");
      return false;
    }
    for (Device d : devices) {
      out.quote(
          d.name()
              + "  "
              + d.type()
              + "  "
              + words(d)
              + "  pci "
              + d.common().pci().map(Object::toString).orElse("-")
              + "  numa "
              + (d.common().numaNode().isPresent() ? d.common().numaNode().getAsInt() : "-"));
    }

    out.scene("The ResourceSlices as the API server holds them");
    for (ObjectNode slice : cluster.slices()) {
      out.quote(SliceText.head(slice));
      JsonNode published = slice.at("/spec/devices");
      out.quote("first device: " + SliceText.device(published.path(0)));
    }
    return true;
  }

  private ScheduledPod prepare() throws IOException {
    Device first = agent.inventory().devices().getFirst();
    int count =
        (int)
            Math.min(
                WANTED,
                agent.inventory().devices().stream()
                    .filter(d -> d.type().equals(first.type()))
                    .count());
    out.scene("A pod with a claim for " + count + " devices of type " + first.type());
    ScheduledPod pod = cluster.schedule("train-0", first.type(), count);
    out.say(
        "The scheduler allocated "
            + String.join(", ", pod.devices())
            + "; the kubelet calls NodePrepareResources.");
    PrepareAnswer answer =
        cluster
            .kubelet()
            .startPod(ControlPlane.DRIVER, pod.pod(), List.of(pod.claim()))
            .get(pod.claim().uid());
    if (answer == null || !answer.error().isEmpty()) {
      throw new IllegalStateException(
          "prepare failed: " + (answer == null ? "no answer" : answer.error()));
    }
    out.say("Prepared: " + Scrape.phases(agent.httpAddress(), "prepare"));
    out.say("The CDI file that the container runtime reads:");
    out.quote(cdiFile());
    return pod;
  }

  private String cdiFile() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(config.cdiDir(), "*.json")) {
      for (Path file : files) {
        return file + "\n" + Files.readString(file).strip();
      }
    }
    return "none in " + config.cdiDir();
  }

  private void metrics(ScheduledPod pod) throws Exception {
    out.scene("What Prometheus sees of these devices, with claim and pod");
    Until.isTrue(
        "the first reading",
        () -> !Scrape.about(agent.httpAddress(), pod.devices(), SERIES).isEmpty());
    Scrape.about(agent.httpAddress(), pod.devices(), SERIES).forEach(out::quote);
  }

  private void fault(String name) throws Exception {
    Device device = agent.inventory().find(new DeviceName(name)).orElseThrow();
    Simulation simulation = Simulation.open(config.machineRoot());
    switch (device) {
      case Gpu gpu -> {
        out.scene("A fault: " + name + " reports XID " + XID + " (fallen off the bus)");
        simulation.xid(gpu.uuid(), XID);
      }
      case MigDevice mig -> {
        out.scene("A fault: the GPU of " + name + " reports XID " + XID);
        simulation.xid(mig.parentUuid(), XID);
      }
      case TpuChip chip -> {
        out.scene("A fault: " + name + " vanishes from the PCI bus");
        simulation.lose(chip.common().pci().orElseThrow().toString());
      }
    }
    long start = System.nanoTime();
    String taint = Until.present("the taint", () -> SliceText.taint(cluster.slices(), name));
    out.say(
        String.format(
            Locale.ROOT,
            "%.1f s later its slice carries the taint %s: no new pod gets it.",
            (System.nanoTime() - start) / 1e9,
            taint));
    ReportedHealth report =
        Until.present(
            "the health report",
            () -> health(name).filter(h -> h.state() != ReportedHealth.State.HEALTHY));
    out.say("The kubelet shows in the pod's status: " + report.state() + ", " + report.message());
    Scrape.about(agent.httpAddress(), List.of(name), List.of("acceld_device_health_reason"))
        .forEach(out::quote);
    ScheduledPod next =
        cluster.schedule("train-1", device.type(), agent.inventory().devices().size());
    out.say(
        next.devices().isEmpty()
            ? "A pod that asks for all devices stays Pending."
            : "Unexpected: a pod got " + next.devices());
    cluster.forget(next);
    restore(simulation, device);
    Until.isTrue("recovery", () -> SliceText.taint(cluster.slices(), name).isEmpty());
    out.say(
        "The device is well again: the taint is gone, "
            + SliceText.devices(cluster.slices())
            + " devices on offer.");
  }

  private static void restore(Simulation simulation, Device device) {
    switch (device) {
      case Gpu gpu -> {
        simulation.restore(gpu.uuid());
        if (!SAYS_WHEN_RECOVERED.matcher(gpu.driverVersion()).find()) {
          simulation.reboot(); // an older driver does not tell that the fault is over
        }
      }
      case MigDevice mig -> {
        simulation.restore(mig.parentUuid());
        simulation.reboot();
      }
      case TpuChip chip -> simulation.restore(chip.common().pci().orElseThrow().toString());
    }
  }

  private Optional<ReportedHealth> health(String device) {
    return cluster.kubelet().health().values().stream()
        .filter(h -> h.device().equals(device))
        .findFirst();
  }

  private void giveBack(ScheduledPod pod) throws IOException {
    out.scene("The pod ends, the claim is given back");
    cluster.kubelet().stopPod(ControlPlane.DRIVER, pod.pod());
    cluster.forget(pod);
    out.say("Unprepared: " + Scrape.phases(agent.httpAddress(), "unprepare"));
    try (DirectoryStream<Path> files = Files.newDirectoryStream(config.cdiDir(), "*.json")) {
      out.say(
          "CDI files left: "
              + (files.iterator().hasNext() ? "some" : "none")
              + "; claims prepared: "
              + agent.claims().size());
    }
  }

  private static String words(Device device) {
    return switch (device) {
      case Gpu gpu ->
          String.format(
              Locale.ROOT, "%s  %.0f GiB", gpu.model(), gpu.memoryBytes() / (double) (1L << 30));
      case MigDevice mig -> mig.model() + "  MIG " + mig.profile();
      case TpuChip chip ->
          "TPU "
              + chip.generation()
              + (chip.hbmBytes().isPresent()
                  ? "  " + (chip.hbmBytes().getAsLong() >> 30) + " GiB"
                  : "");
    };
  }
}
