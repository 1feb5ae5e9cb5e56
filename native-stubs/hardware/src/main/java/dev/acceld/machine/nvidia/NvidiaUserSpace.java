package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.MachineDescription.Driver;
import dev.acceld.machine.tree.FileTree;
import java.util.List;

/**
 * What else a driver installs: its libraries with their versions and links, the firmware of the
 * GPU's system processor, the files by which the loaders of EGL, Vulkan and OpenCL find it, and its
 * X modules. Contents are placeholders; names, places and links are those of the driver's own
 * installer.
 *
 * @param directory of the libraries
 */
record NvidiaUserSpace(FileTree tree, Driver driver, String directory) {
  /** Library and the names that link to it, the first one to the file itself. */
  private static final List<List<String>> LIBRARIES =
      List.of(
          List.of("libcuda.so", ".1", ""),
          List.of("libcudadebugger.so", ".1"),
          List.of("libnvcuvid.so", ".1", ""),
          List.of("libnvidia-allocator.so", ".1", ""),
          List.of("libnvidia-cfg.so", ".1", ""),
          List.of("libnvidia-eglcore.so"),
          List.of("libnvidia-encode.so", ".1", ""),
          List.of("libnvidia-glcore.so"),
          List.of("libnvidia-glsi.so"),
          List.of("libnvidia-glvkspirv.so"),
          List.of("libnvidia-gpucomp.so"),
          List.of("libnvidia-nvvm.so", ".4"),
          List.of("libnvidia-opencl.so", ".1"),
          List.of("libnvidia-opticalflow.so", ".1", ""),
          List.of("libnvidia-ptxjitcompiler.so", ".1", ""),
          List.of("libnvidia-rtcore.so"),
          List.of("libnvidia-tls.so"),
          List.of("libnvoptix.so", ".1"),
          List.of("libEGL_nvidia.so", ".0"),
          List.of("libGLX_nvidia.so", ".0"),
          List.of("vdpau/libvdpau_nvidia.so", ".1"),
          List.of("nvidia/xorg/libglxserver_nvidia.so", ""));

  private static final String GBM = "libnvidia-egl-gbm.so.1.1.2";

  private static final List<String> FILES =
      List.of(
          "/etc/OpenCL/vendors/nvidia.icd",
          "/etc/vulkan/icd.d/nvidia_icd.json",
          "/etc/vulkan/implicit_layer.d/nvidia_layers.json",
          "/usr/share/glvnd/egl_vendor.d/10_nvidia.json",
          "/usr/share/egl/egl_external_platform.d/15_nvidia_gbm.json");

  void write() {
    for (List<String> library : LIBRARIES) {
      String name = directory + "/" + library.getFirst();
      String target = name + "." + driver.version();
      placeholder(target);
      for (String suffix : library.subList(1, library.size())) {
        tree.link(name + suffix, target);
        target = name + suffix;
      }
    }
    placeholder(directory + "/" + GBM);
    tree.link(directory + "/libnvidia-egl-gbm.so.1", directory + "/" + GBM);
    tree.link(directory + "/gbm/nvidia-drm_gbm.so", directory + "/libnvidia-allocator.so.1");
    placeholder(directory + "/nvidia/xorg/nvidia_drv.so");
    placeholder(firmware() + "/gsp_ga10x.bin");
    placeholder(firmware() + "/gsp_tu10x.bin");
    FILES.forEach(this::placeholder);
  }

  /** What a removed driver takes with it; the links to its libraries too. */
  void remove() {
    for (List<String> library : LIBRARIES) {
      String name = directory + "/" + library.getFirst();
      tree.remove(name + "." + driver.version());
      library.subList(1, library.size()).forEach(suffix -> tree.remove(name + suffix));
    }
    tree.remove(directory + "/" + GBM);
    tree.remove(directory + "/libnvidia-egl-gbm.so.1");
    tree.remove(directory + "/gbm");
    tree.remove(directory + "/nvidia");
    tree.remove(firmware());
    FILES.forEach(tree::remove);
  }

  private String firmware() {
    return "/lib/firmware/nvidia/" + driver.version();
  }

  private void placeholder(String path) {
    if (!tree.exists(path)) {
      tree.write(path, "simulated " + path);
    }
  }
}
