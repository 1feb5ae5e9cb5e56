package dev.acceld.probe.amd;

import dev.acceld.device.Capacity;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.PciAddress;
import dev.acceld.device.Vendor;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.host.DrmNodes;
import dev.acceld.host.HostFs;
import dev.acceld.host.PciDevices;
import dev.acceld.host.PciFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes devices of GPUs that were found. Reads sysfs. */
final class AmdDevices {
  private static final String MODULE = "/sys/module/amdgpu/";
  private static final Pattern UNIQUE_ID = Pattern.compile("(?:0x)?([0-9a-fA-F]{1,16})");
  private static final Pattern SHORT_TEXT = Pattern.compile("[ -~]{1,64}");

  private final HostFs host;
  private final PciDevices pci;
  private final AmdPartitions partitions;
  private final Map<PciAddress, KfdNode> kfd;
  private final Optional<String> version;
  private final Optional<String> source;

  /**
   * For one discovery.
   *
   * @param kfd what the compute driver says of them
   */
  AmdDevices(HostFs host, PciDevices pci, AmdPartitions partitions, Map<PciAddress, KfdNode> kfd) {
    this.host = host;
    this.pci = pci;
    this.partitions = partitions;
    this.kfd = kfd;
    version = text(MODULE + "version");
    source = text(MODULE + "srcversion");
  }

  private Optional<String> text(String file) {
    return host.text(file).filter(t -> SHORT_TEXT.matcher(t).matches());
  }

  /**
   * One that can be used.
   *
   * @param index among AMD's GPUs of the host, by place
   */
  Gpu gpu(PciFunction function, int index, DrmNodes nodes, List<DeviceFile> own) {
    PciAddress at = function.address();
    String dir = AmdGpus.directory(at);
    Optional<KfdNode> node = Optional.ofNullable(kfd.get(at));
    Optional<AmdSpecs> specs = AmdSpecs.of(function.device());
    Optional<String> uuid = uuid(dir, node);
    String model = model(function, dir, specs);
    OptionalLong memory = memory(dir, node);
    AmdAttributes attributes =
        AmdAttributes.of(at, function.pcieRoot(), function.numaNode())
            .product(model, uuid, specs)
            .links(hive(node), peers(node), pci.bestLink(at))
            .driver(version, source, nodes.card(), nodes.render(), partition(at));
    node.ifPresent(attributes::compute);
    Map<String, Capacity> capacities = new HashMap<>();
    memory.ifPresent(bytes -> capacities.put("memory", new Capacity(bytes)));
    node.ifPresent(n -> {
      n.computeUnits().ifPresent(units -> capacities.put("computeUnits", new Capacity(units)));
      capacities.put("simdUnits", new Capacity(n.simdUnits()));
    });
    return new Gpu(
        common(function, attributes, capacities, own),
        uuid.orElse(""),
        model,
        text(dir + "serial_number"),
        OptionalInt.of(index),
        OptionalInt.empty(),
        memory.orElse(0),
        version.or(() -> text("/proc/sys/kernel/osrelease")).orElse(""));
  }

  /** One that cannot be used: counted, and never given away. */
  Gpu broken(PciFunction function) {
    PciAddress at = function.address();
    Optional<AmdSpecs> specs = AmdSpecs.of(function.device());
    String model = model(function, AmdGpus.directory(at), specs);
    AmdAttributes attributes =
        AmdAttributes.of(at, function.pcieRoot(), function.numaNode())
            .product(model, Optional.empty(), Optional.empty());
    return new Gpu(
        common(function, attributes, Map.of(), List.of()).withheld(),
        "",
        model,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        0,
        version.orElse(""));
  }

  private static DeviceCommon common(
      PciFunction function,
      AmdAttributes attributes,
      Map<String, Capacity> capacities,
      List<DeviceFile> own) {
    DeviceName name = AmdGpus.nameOf(function.address());
    return new DeviceCommon(
        name,
        "gpu",
        Vendor.AMD,
        Kind.GPU,
        name.value(),
        Optional.of(function.address()),
        function.pcieRoot(),
        function.numaNode(),
        attributes.build(),
        capacities,
        own);
  }

  private String model(PciFunction function, String dir, Optional<AmdSpecs> specs) {
    return text(dir + "product_name")
        .or(() -> specs.map(AmdSpecs::name))
        .orElseGet(() -> String.format(Locale.ROOT, "AMD GPU %04x", function.device()));
  }

  /** As ROCm writes it: {@code GPU-} and 16 hexadecimal digits of the unique id. */
  private Optional<String> uuid(String dir, Optional<KfdNode> node) {
    OptionalLong fromKfd = node.map(KfdNode::uniqueId).orElse(OptionalLong.empty());
    Optional<Long> id =
        fromKfd.isPresent()
            ? Optional.of(fromKfd.getAsLong())
            : host.text(dir + "unique_id")
                .map(UNIQUE_ID::matcher)
                .filter(Matcher::matches)
                .map(m -> Long.parseUnsignedLong(m.group(1), 16));
    return id.filter(value -> value != 0).map(v -> String.format(Locale.ROOT, "GPU-%016x", v));
  }

  private OptionalLong memory(String dir, Optional<KfdNode> node) {
    OptionalLong bytes = host.number(dir + "mem_info_vram_total");
    return bytes.isPresent() && bytes.getAsLong() > 0
        ? bytes
        : node.map(KfdNode::memoryBytes).orElse(OptionalLong.empty());
  }

  private Optional<String> partition(PciAddress at) {
    Optional<String> memory = partitions.memory(at);
    return partitions
        .compute(at)
        .map(mode -> mode.toLowerCase(Locale.ROOT))
        .map(mode -> memory.map(m -> mode + "_" + m.toLowerCase(Locale.ROOT)).orElse(mode));
  }

  private static Optional<String> hive(Optional<KfdNode> node) {
    return node.filter(n -> n.hive().orElse(0) != 0)
        .map(n -> String.format(Locale.ROOT, "%016x", n.hive().orElse(0)));
  }

  /** How many others of its hive the host has. */
  private int peers(Optional<KfdNode> node) {
    return node.map(n -> XgmiHive.others(n, kfd).size()).orElse(0);
  }
}
