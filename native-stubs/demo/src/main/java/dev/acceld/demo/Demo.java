package dev.acceld.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.Agent;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.demo.ControlPlane.ScheduledPod;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.MigDevice;
import dev.acceld.device.TpuChip;
import dev.acceld.device.TpuShape;
import dev.acceld.device.Vendor;
import dev.acceld.fake.kubelet.PluginRegistration;
import dev.acceld.fake.kubelet.PrepareAnswer;
import dev.acceld.fake.kubelet.ReportedHealth;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
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
    PluginRegistration us =
        cluster.kubelet().awaitRegistered(ControlPlane.DRIVER, Duration.ofSeconds(20));
    out.say(
        String.format(
            Locale.ROOT,
            "The kubelet found the agent's socket and registered it: %s, %s (GetInfo took %.1f ms"
                + " of the 1000 it grants).",
            us.draVersion(),
            us.healthVersion().orElse("no health"),
            us.getInfoTook().toNanos() / 1e6));
    Until.isTrue("the slices", cluster::complete);

    List<Device> devices = devices();
    out.scene("Discovery: the agent found " + counted(devices.size(), "device"));
    if (devices.isEmpty()) {
      out.say("This machine has no accelerators. An empty ResourceSlice tells the scheduler so.");
      return false;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("NAME", "TYPE", "MODEL", "MEMORY", "PCI", "NUMA"));
    devices.forEach(d -> rows.add(row(d)));
    out.table(rows);

    out.scene(
        "Publication: what the scheduler knows, "
            + counted(cluster.slices().size(), "ResourceSlice"));
    for (ObjectNode slice : cluster.slices()) {
      out.say(SliceText.head(slice));
    }
    SliceText.device(cluster.slices().getFirst().at("/spec/devices").path(0)).forEach(out::say);
    return true;
  }

  private ScheduledPod prepare() throws IOException {
    Device first = devices().getFirst();
    int count =
        (int)
            Math.min(
                first instanceof TpuChip ? 1 : WANTED, // two chips may not be neighbors
                devices().stream().filter(d -> d.type().equals(first.type())).count());
    out.scene(
        "A claim: pod train-0 wants " + counted(count, "device") + " of type " + first.type());
    ScheduledPod pod = cluster.schedule("train-0", first.type(), count);
    out.say("The scheduler allocates " + String.join(", ", pod.devices()) + ";");
    out.say("the kubelet asks the agent to prepare them (NodePrepareResources).");
    PrepareAnswer answer =
        cluster
            .kubelet()
            .startPod(ControlPlane.DRIVER, pod.pod(), List.of(pod.claim()))
            .get(pod.claim().uid());
    if (answer == null || !answer.error().isEmpty()) {
      throw new IllegalStateException(
          "prepare failed: " + (answer == null ? "no answer" : answer.error()));
    }
    out.say("Prepared in " + Scrape.phases(agent.httpAddress(), "prepare").describe() + ".");
    CdiSummary cdi = CdiSummary.ofOnlyClaimIn(config.cdiDir());
    out.say(
        "The container runtime reads the CDI "
            + (cdi.files().size() == 1 ? "file" : "files of the claim and of the driver")
            + " ("
            + cdi.lines()
            + " lines)");
    cdi.files().forEach(file -> out.quote(file.toString()));
    out.say("and gives the container");
    cdi.describe().forEach(out::quote);
    return pod;
  }

  private void metrics(ScheduledPod pod) throws Exception {
    out.scene("Metrics: what Prometheus scrapes of these devices, with pod and claim");
    Samples samples = new Samples(agent.httpAddress(), pod.devices());
    Until.isTrue("the first reading", samples::complete);
    out.table(samples.table());
    out.say("One of the lines as scraped:");
    out.quote(samples.example());
  }

  private void fault(String name) throws Exception {
    Device device = agent.inventory().find(new DeviceName(name)).orElseThrow();
    Simulation simulation = Simulation.open(config.machineRoot());
    switch (device) {
      case Gpu gpu when !gpu.common().vendor().equals(Vendor.NVIDIA) -> leaves(simulation, gpu);
      case Gpu gpu -> {
        out.scene("A fault: " + name + " reports XID " + XID + " (fallen off the bus)");
        simulation.xid(gpu.uuid(), XID);
      }
      case MigDevice mig -> {
        out.scene("A fault: the GPU of " + name + " reports XID " + XID);
        simulation.xid(mig.parentUuid(), XID);
      }
      case TpuChip chip -> leaves(simulation, chip);
      case TpuShape shape -> throw new IllegalArgumentException(name + " is several chips");
    }
    long start = System.nanoTime();
    String taint = Until.present("the taint", () -> SliceText.taint(cluster.slices(), name));
    out.say(
        String.format(
            Locale.ROOT,
            "%.1f s later its ResourceSlice has the taint %s: the scheduler does not allocate it"
                + " to other pods.",
            (System.nanoTime() - start) / 1e9,
            taint));
    ReportedHealth report =
        Until.present(
            "the health report",
            () -> health(name).filter(h -> h.state() != ReportedHealth.State.HEALTHY));
    out.say(
        "The kubelet shows in the status of pod train-0: "
            + report.state()
            + ", "
            + report.message());
    ScheduledPod next = cluster.schedule("train-1", device.type(), devices().size());
    out.say(
        next.devices().isEmpty()
            ? "Pod train-1, which requests all devices, stays Pending."
            : "Unexpected: pod train-1 got " + next.devices());
    cluster.forget(next);
    long repaired = System.nanoTime();
    restore(simulation, device);
    Until.isTrue("recovery", () -> SliceText.taint(cluster.slices(), name).isEmpty());
    out.say(
        String.format(
            Locale.ROOT,
            "The demo now repairs the simulated hardware, as an administrator would (acceld"
                + " simulate restore)."
                + "%n%.1f s later the agent has detected that and removed the taint: %d of %d"
                + " devices can be allocated again.",
            (System.nanoTime() - repaired) / 1e9,
            SliceText.untainted(cluster.slices()),
            SliceText.devices(cluster.slices())));
  }

  private void leaves(Simulation simulation, Device device) {
    out.scene("A fault: " + device.name() + " disappears from the PCI bus");
    simulation.lose(device.common().pci().orElseThrow().toString());
  }

  private static void restore(Simulation simulation, Device device) {
    switch (device) {
      case Gpu gpu when !gpu.common().vendor().equals(Vendor.NVIDIA) ->
          simulation.restore(gpu.common().pci().orElseThrow().toString());
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
      case TpuShape shape -> throw new IllegalArgumentException(shape + " is several chips");
    }
  }

  private Optional<ReportedHealth> health(String device) {
    return cluster.kubelet().health().values().stream()
        .filter(h -> h.device().equals(device))
        .findFirst();
  }

  private void giveBack(ScheduledPod pod) throws IOException {
    out.scene("The end: pod train-0 is deleted, its claim is unprepared");
    cluster.kubelet().stopPod(ControlPlane.DRIVER, pod.pod());
    cluster.forget(pod);
    out.say("Unprepared in " + Scrape.phases(agent.httpAddress(), "unprepare").describe() + ".");
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(config.cdiDir(), "*-claim_*.json")) {
      out.say(
          "Left over: "
              + (files.iterator().hasNext() ? "CDI files of claims" : "no CDI file of a claim")
              + ", "
              + (agent.claims().isEmpty() ? "no" : String.valueOf(agent.claims().size()))
              + " prepared claims.");
    }
  }

  /** Blocks of chips are published, too; here each chip is shown once. */
  private List<Device> devices() {
    return agent.inventory().devices().stream().filter(d -> !d.group()).toList();
  }

  private static List<String> row(Device d) {
    return List.of(
        d.name().value(),
        d.type(),
        model(d),
        memory(d),
        d.common().pci().map(Object::toString).orElse("-"),
        d.common().numaNode().isPresent() ? String.valueOf(d.common().numaNode().getAsInt()) : "-");
  }

  private static String model(Device device) {
    return switch (device) {
      case Gpu gpu -> gpu.model();
      case MigDevice mig -> mig.model() + " MIG " + mig.profile();
      case TpuChip chip -> "TPU " + chip.generation();
      case TpuShape shape -> "TPU " + shape.generation() + " " + shape.shape();
    };
  }

  private static String memory(Device device) {
    return switch (device) {
      case Gpu gpu -> Memory.describe((double) gpu.memoryBytes());
      case MigDevice mig -> Memory.describe((double) mig.memoryBytes());
      case TpuChip chip ->
          chip.hbmBytes().isPresent() ? Memory.describe((double) chip.hbmBytes().getAsLong()) : "-";
      case TpuShape shape ->
          shape.hbmBytes().isPresent()
              ? Memory.describe((double) shape.hbmBytes().getAsLong())
              : "-";
    };
  }

  private static String counted(int count, String thing) {
    return count + " " + thing + (count == 1 ? "" : "s");
  }
}
