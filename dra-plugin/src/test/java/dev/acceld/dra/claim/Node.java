package dev.acceld.dra.claim;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.HealthReport;
import dev.acceld.device.Inventory;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.ProbeStatus;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.AccessOptions;
import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.dra.claim.ClaimService.CallScope;
import dev.acceld.dra.claim.ClaimService.PrepareOutcome;
import dev.acceld.dra.claim.ClaimService.UnprepareOutcome;
import dev.acceld.dra.claim.health.BusCheck;
import dev.acceld.dra.claim.health.SelfTests;
import dev.acceld.dra.claim.record.RecordFiles;
import dev.acceld.dra.claim.service.ClaimManager;
import dev.acceld.dra.cluster.ClaimRef;
import dev.acceld.dra.cluster.ClusterApi;
import dev.acceld.probe.AccessPlanner;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.DeviceControl;
import dev.acceld.probe.nvidia.NvidiaConfigKinds;
import dev.acceld.vendor.ConfigKind;
import dev.acceld.vendor.LogPlace;
import dev.acceld.vendor.PodFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node with four GPUs, its directories, and as many agent processes as a test opens. */
final class Node {
  static final String DRIVER = "acceld.dev";
  static final String NAME = "node-a";

  final Path root;
  final Path cdiDir;
  final Path stateDir;
  final FakeCluster cluster = new FakeCluster();
  final Map<DeviceName, HealthReport> health = new java.util.concurrent.ConcurrentHashMap<>();
  volatile Optional<ClusterApi> api = Optional.of(cluster);
  volatile Inventory inventory = inventory(Set.of(), "gpu-0", "gpu-1", "gpu-2", "gpu-3");
  volatile String bootId = "boot-1";
  volatile AccessPlanner access = Node::access;
  volatile List<LogPlace> logPlaces = List.of();
  volatile DeviceControl control = DeviceControl.NONE;
  volatile ClaimObserver observer = ClaimObserver.NONE;
  volatile PodHolders kubelet = Map::of;
  volatile BusCheck bus = BusCheck.NONE;
  SelfTests selfTests = SelfTests.none();
  volatile Optional<Set<String>> podsWithProcesses = Optional.of(Set.of("pod-uid-agent"));
  ClaimSettings settings;

  Node(Path root) {
    this.root = root;
    this.cdiDir = root.resolve("cdi");
    this.stateDir = root.resolve("state");
    this.settings =
        ClaimSettings.of(DRIVER, NAME, cdiDir, stateDir)
            .withBudgets(Duration.ofMillis(400), Duration.ofMillis(300), Duration.ofMillis(2_000));
  }

  static Inventory inventory(Set<String> missing, String... names) {
    return new Inventory(
        Instant.EPOCH,
        Stream.of(names).map(Node::gpu).toList(),
        missing.stream().map(DeviceName::new).collect(Collectors.toSet()),
        List.of(new ProbeStatus("nvidia", ProbeStatus.State.READY, Instant.EPOCH, "found")));
  }

  static Device gpu(String name) {
    return gpu(name, Optional.empty());
  }

  static Device gpu(String name, Optional<PciAddress> pci) {
    int minor = name.charAt(name.length() - 1) - '0';
    return new Gpu(
        new DeviceCommon(
            new DeviceName(name),
            "gpu",
            Vendor.NVIDIA,
            Kind.GPU,
            name,
            pci,
            Optional.empty(),
            OptionalInt.of(0),
            Map.of(
                "uuid", AttributeValue.of("GPU-" + name),
                "numaNode", AttributeValue.of(0),
                "fast", AttributeValue.of(true),
                "driverVersion", AttributeValue.version("580.159.4")),
            Map.of("memory", new Capacity(85899345920L)),
            List.of(DeviceFile.of("/dev/nvidia" + minor, 195, minor))),
        "GPU-" + name,
        "Test GPU",
        Optional.empty(),
        OptionalInt.of(minor),
        OptionalInt.of(minor),
        85899345920L,
        "580.159.04");
  }

  static ContainerAccess access(List<Device> devices, AccessOptions options) {
    return new ContainerAccess(
        List.of(DeviceFile.of("/dev/nvidiactl", 195, 255), DeviceFile.onHost("/dev/nvidia-uvm")),
        Map.of(
            "NVIDIA_VISIBLE_DEVICES",
            "void",
            "SET",
            devices.size() + " devices",
            "CAPABILITIES",
            options.capabilities().map(Object::toString).orElse("the node's")));
  }

  ClaimManager open() {
    return open(RecordFiles.DISK, StepHook.NONE);
  }

  ClaimManager open(RecordFiles disk, StepHook hook) {
    try {
      return ClaimManager.open(parts(), disk, hook);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ClaimManager.Dependencies parts() {
    return new ClaimManager.Dependencies(
        settings,
        api,
        () -> inventory,
        new AccessPlanner() {
          @Override
          public ContainerAccess plan(List<Device> devices, AccessOptions options)
              throws AccessRefusedException {
            return access.plan(devices, options);
          }

          @Override
          public List<ConfigKind> configKinds() {
            List<ConfigKind> own = access.configKinds();
            return own.isEmpty() ? NvidiaConfigKinds.ALL : own;
          }

          @Override
          public List<LogPlace> logPlaces() {
            return logPlaces;
          }

          @Override
          public AccessOptions complete(List<Device> devices, AccessOptions options, PodFacts pod)
              throws AccessRefusedException {
            return access.complete(devices, options, pod);
          }

          @Override
          public boolean dependsOnOthers(List<Device> devices) {
            return access.dependsOnOthers(devices);
          }
        },
        device -> Optional.ofNullable(health.get(device)),
        () -> bootId,
        Clock.systemUTC(),
        observer,
        control,
        kubelet,
        () -> podsWithProcesses,
        address -> bus.problem(address),
        selfTests);
  }

  static PrepareOutcome prepare(ClaimService service, ClaimRef claim) {
    return prepare(service, claim, CallScope.UNCANCELLED);
  }

  static PrepareOutcome prepare(ClaimService service, ClaimRef claim, CallScope call) {
    PrepareOutcome outcome = service.prepare(List.of(claim), call).get(claim.uid());
    if (outcome == null) {
      throw new AssertionError("no answer for " + claim);
    }
    return outcome;
  }

  static List<PreparedDevice> prepared(ClaimService service, ClaimRef claim) {
    return switch (prepare(service, claim)) {
      case PrepareOutcome.Prepared p -> p.devices();
      case PrepareOutcome.Failed f -> throw new AssertionError(f.message());
    };
  }

  static String refused(ClaimService service, ClaimRef claim) {
    return switch (prepare(service, claim)) {
      case PrepareOutcome.Prepared p -> throw new AssertionError("prepared: " + p);
      case PrepareOutcome.Failed f -> f.message();
    };
  }

  static UnprepareOutcome unprepare(ClaimService service, ClaimRef claim) {
    UnprepareOutcome outcome =
        service.unprepare(List.of(claim), CallScope.UNCANCELLED).get(claim.uid());
    if (outcome == null) {
      throw new AssertionError("no answer for " + claim);
    }
    return outcome;
  }

  Path cdiFile(String uid) {
    return cdiDir.resolve(DRIVER + "-claim_" + uid + ".json");
  }

  /** The CDI file of a device that claims share. */
  Path sharedFile(String name) {
    return cdiDir.resolve(DRIVER + "-driver_" + name + ".json");
  }

  /** What the state directory keeps of it. */
  Path keptFile(String name) {
    return stateDir.resolve("shared-cdi").resolve(name + ".json");
  }

  /** Names of the shared devices in an answer. */
  static List<String> sharedOf(List<PreparedDevice> answer) {
    String prefix = DRIVER + "/driver=";
    return answer.stream()
        .flatMap(device -> device.cdiIds().stream())
        .filter(id -> id.startsWith(prefix))
        .map(id -> id.substring(prefix.length()))
        .distinct()
        .toList();
  }

  Path record(String uid) {
    return stateDir.resolve("claims").resolve(uid + ".json");
  }

  /** Every file of a claim, a half-written one too, that is on the node. */
  List<String> filesOfClaims() {
    List<String> names = new ArrayList<>();
    for (Path dir : List.of(cdiDir, stateDir.resolve("claims"))) {
      if (Files.isDirectory(dir)) {
        try (Stream<Path> list = Files.list(dir)) {
          list.forEach(f -> names.add(String.valueOf(f.getFileName())));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    return names;
  }
}
