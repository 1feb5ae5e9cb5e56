package dev.acceld.probe.intel;

import dev.acceld.device.PciAddress;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostTree;
import java.nio.file.Path;

/** A host with Intel GPUs, as the drivers xe and i915 show them. */
final class IntelTree {
  static final String B60 = "0xe211";
  static final String MAX_1550 = "0x0bd5";

  final HostTree tree;

  IntelTree(Path root) {
    tree = new HostTree(root);
    tree.file("/proc/sys/kernel/osrelease", "6.14.0-27-generic\n");
  }

  HostFs host() {
    return tree.host();
  }

  static PciAddress at(String address) {
    return PciAddress.parse(address).orElseThrow();
  }

  static String device(String address) {
    return "/sys/bus/pci/devices/" + address;
  }

  /** A function behind a card's switch: root port, upstream port, downstream port. */
  IntelTree card(String address, String id) {
    String bus = address.substring(5, 7);
    String up = "0000:" + bus + ":1d.0";
    String down = "0000:" + bus + ":1e.0";
    String root = "0000:00:" + bus + ".0";
    String below = "pci0000:00/" + root;
    tree.pci(root, "pci0000:00", "0x8086", "0x352a", "0x060400");
    bridge(up, below);
    bridge(down, below + "/" + up);
    tree.pci(address, below + "/" + up + "/" + down, "0x8086", id, "0x030000");
    link(up, "16.0 GT/s PCIe", 16);
    link(address, "2.5 GT/s PCIe", 1);
    return this;
  }

  private void bridge(String address, String below) {
    tree.pci(address, below, "0x8086", "0xe2ff", "0x060400");
  }

  private void link(String address, String speed, int lanes) {
    tree.file(device(address) + "/current_link_speed", speed + "\n")
        .file(device(address) + "/max_link_speed", speed + "\n")
        .file(device(address) + "/current_link_width", lanes + "\n")
        .file(device(address) + "/max_link_width", lanes + "\n");
  }

  IntelTree nodes(String address, int card) {
    return node(address, "card" + card, card).node(address, "renderD" + (128 + card), 128 + card);
  }

  private IntelTree node(String address, String name, int minor) {
    tree.file(device(address) + "/drm/" + name + "/dev", "226:" + minor + "\n");
    return this;
  }

  /** A B60 with the driver xe: one tile, a GT for graphics and compute, and one for media. */
  IntelTree b60(String address, int card) {
    card(address, B60).nodes(address, card).tree.driver(address, "xe");
    String gt0 = device(address) + "/tile0/gt0";
    String gt1 = device(address) + "/tile0/gt1";
    tree.file(gt0 + "/freq0/act_freq", "2400\n")
        .file(gt0 + "/gtidle/name", "gt0-rc\n")
        .file(gt0 + "/gtidle/idle_residency_ms", "100000\n")
        .file(gt0 + "/freq0/throttle/status", "0\n")
        .file(gt0 + "/freq0/throttle/reason_pl1", "0\n")
        .file(gt0 + "/freq0/throttle/reason_pl4", "0\n")
        .file(gt0 + "/freq0/throttle/reason_thermal", "0\n")
        .file(gt1 + "/freq0/act_freq", "0\n")
        .file(gt1 + "/gtidle/name", "gt1-mc\n")
        .file(gt1 + "/gtidle/idle_residency_ms", "200000\n");
    String hwmon = device(address) + "/hwmon/hwmon4";
    tree.file(hwmon + "/name", "xe\n")
        .file(hwmon + "/energy1_input", "5000000000\n")
        .file(hwmon + "/energy2_input", "4000000000\n")
        .file(hwmon + "/power1_max", "200000000\n")
        .file(hwmon + "/power1_rated_max", "0\n")
        .file(hwmon + "/temp2_input", "56000\n")
        .file(hwmon + "/temp2_crit", "100000\n")
        .file(hwmon + "/temp3_input", "62000\n");
    return this;
  }

  /** A Max 1550 with the driver i915: two GTs. */
  IntelTree max1550(String address, int card) {
    tree.pci(address, "pci0000:37/0000:37:01.0", "0x8086", MAX_1550, "0x038000");
    nodes(address, card).tree.driver(address, "i915");
    String gt = device(address) + "/drm/card" + card + "/gt/gt";
    tree.file(gt + "0/rps_act_freq_mhz", "1600\n")
        .file(gt + "0/rc6_residency_ms", "0\n")
        .file(gt + "0/throttle_reason_thermal", "1\n")
        .file(gt + "1/rps_act_freq_mhz", "1200\n")
        .file(gt + "1/rc6_residency_ms", "0\n");
    String hwmon = device(address) + "/hwmon/hwmon";
    tree.file(hwmon + "2/name", "i915_gt0\n")
        .file(hwmon + "2/energy1_input", "77\n")
        .file(hwmon + "3/name", "i915\n")
        .file(hwmon + "3/energy1_input", "9000000\n")
        .file(hwmon + "3/power1_max", "600000000\n");
    return this;
  }
}
