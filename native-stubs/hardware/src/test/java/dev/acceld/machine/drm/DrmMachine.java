package dev.acceld.machine.drm;

import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.machine.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** A machine with AMD or Intel GPUs, for a test. */
record DrmMachine(Path root, Simulation simulation) {

  static DrmMachine of(Path dir, String name) {
    Path root = MachineTree.create(dir.resolve("m"), MachineCatalog.load(name)).root();
    return new DrmMachine(root, Simulation.open(root));
  }

  /** A file of a GPU's PCI function. */
  Path file(String address, String name) {
    return root.resolve("sys/bus/pci/devices").resolve(address).resolve(name);
  }

  String text(String address, String name) throws IOException {
    return Files.readString(file(address, name));
  }

  ByteBuffer metrics(String address) throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file(address, "gpu_metrics")))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
