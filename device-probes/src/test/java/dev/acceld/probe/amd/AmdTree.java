package dev.acceld.probe.amd;

import dev.acceld.host.HostFs;
import dev.acceld.host.HostTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The files of a machine with AMD's GPUs, written by hand. */
final class AmdTree {
  private final Path root;
  final HostTree tree;
  private int gpus;

  AmdTree(Path root) {
    this.root = root;
    tree = new HostTree(root);
    tree.file("/sys/class/kfd/kfd/dev", "235:0\n");
    tree.file("/sys/module/amdgpu/version", "6.10.5\n");
    tree.file("/sys/module/amdgpu/srcversion", "0A1B2C3D4E5F60718293A4B\n");
    tree.file("/sys/bus/pci/drivers/amdgpu/unbind", "");
    tree.file("/sys/bus/pci/drivers/amdgpu/bind", "");
    tree.file("/sys/bus/pci/drivers_probe", "");
    // The kernel's nodes of processors.
    tree.file(node(0) + "gpu_id", "0\n");
    tree.file(node(0) + "properties", "cpu_cores_count 96\nsimd_count 0\nlocation_id 0\n");
  }

  HostFs host() {
    return tree.host();
  }

  private static String node(int number) {
    return "/sys/class/kfd/kfd/topology/nodes/" + number + "/";
  }

  static String device(String at) {
    return "/sys/bus/pci/devices/" + at + "/";
  }

  /** An MI300X; of eight of them, with their hive. */
  AmdTree mi300x(String at, long hive) {
    gpu(at, "0x74a1", "0x120000");
    node(at, hive, 1216, 4, 90402, 206_158_430_208L);
    set(at, "current_compute_partition", "SPX\n");
    set(at, "current_memory_partition", "NPS1\n");
    return this;
  }

  /** An MI210, which cannot be divided and is alone. */
  AmdTree mi210(String at) {
    gpu(at, "0x740f", "0x038000");
    node(at, 0, 416, 4, 90010, 68_702_699_520L);
    return this;
  }

  /** A graphics card without metrics, which the compute driver knows. */
  AmdTree radeon(String at) {
    gpu(at, "0x744c", "0x030000");
    node(at, 0, 192, 2, 110000, 51_522_830_336L);
    return this;
  }

  /** A function of a driver with its files, and no node of the compute driver. */
  AmdTree gpu(String at, String device, String classCode) {
    int card = gpus++;
    tree.pci(at, "pci0000:00", "0x1002", device, classCode);
    tree.driver(at, "amdgpu");
    String drm = device(at) + "drm/";
    tree.file(drm + "card" + card + "/dev", "226:" + card + "\n");
    tree.file(drm + "renderD" + (128 + card) + "/dev", "226:" + (128 + card) + "\n");
    set(at, "mem_info_vram_total", "68702699520\n");
    set(at, "mem_info_vram_used", "1073741824\n");
    set(at, "reset", "");
    set(at, "reset_method", "flr bus\n");
    return this;
  }

  private void node(String at, long hive, int simd, int perUnit, int gfx, long memory) {
    int bus = Integer.parseInt(at.substring(5, 7), 16);
    String node = node(gpus);
    tree.file(node + "gpu_id", (1000 + gpus) + "\n");
    tree.file(
        node + "properties",
        "cpu_cores_count 0\nsimd_count %d\nsimd_per_cu %d\ngfx_target_version %d\n"
                .formatted(simd, perUnit, gfx)
            + "vendor_id 4098\nlocation_id %d\ndomain 0\ndrm_render_minor %d\nhive_id %d\n"
                .formatted(bus << 8, 127 + gpus, hive)
            + "unique_id %s\n".formatted(Long.toUnsignedString(0xf000_0000_0000_0000L + bus)));
    tree.file(node + "mem_banks/0/properties", "heap_type 1\nsize_in_bytes " + memory + "\n");
    set(at, "mem_info_vram_total", memory + "\n");
  }

  /** Writes one of its files. */
  AmdTree set(String at, String file, String text) {
    tree.file(device(at) + file, text);
    return this;
  }

  /** The metrics of version 1.3 with that much energy, in joules; the rest says nothing. */
  AmdTree energy(String at, long joules) {
    ByteBuffer bytes = blank(3, 120);
    bytes.putLong(24, joules << 16);
    return metrics(at, bytes);
  }

  static ByteBuffer blank(int content, int size) {
    byte[] bytes = new byte[size];
    Arrays.fill(bytes, (byte) 0xff);
    return ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(0, (short) size)
        .put(2, (byte) 1)
        .put(3, (byte) content);
  }

  AmdTree metrics(String at, ByteBuffer bytes) {
    try {
      Files.write(root.resolve((device(at) + "gpu_metrics").substring(1)), bytes.array());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  String text(String path) {
    try {
      return Files.readString(root.resolve(path.substring(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
