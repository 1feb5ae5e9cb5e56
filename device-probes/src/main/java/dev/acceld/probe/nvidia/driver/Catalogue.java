package dev.acceld.probe.nvidia.driver;

import static dev.acceld.device.access.DriverCapability.COMPUTE;
import static dev.acceld.device.access.DriverCapability.DISPLAY;
import static dev.acceld.device.access.DriverCapability.GRAPHICS;
import static dev.acceld.device.access.DriverCapability.UTILITY;
import static dev.acceld.device.access.DriverCapability.VIDEO;

import dev.acceld.device.access.DriverCapability;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The driver's files by name, and the parts of the user space that need them (the driver's README,
 * "Installed components", and the capabilities of NVIDIA's container toolkit). A library with the
 * driver's version that is not listed goes with every part: a newer driver may need it.
 */
final class Catalogue {
  private static final Set<DriverCapability> SCREEN = Set.of(GRAPHICS, DISPLAY);

  private static final Map<String, Set<DriverCapability>> LIBRARIES = new HashMap<>();

  static {
    add(Set.of(UTILITY), "libnvidia-ml", "libnvidia-cfg", "libnvidia-nscq");
    add(Set.of(COMPUTE), "libcuda", "libcudadebugger", "libnvidia-opencl");
    add(Set.of(COMPUTE), "libnvidia-ptxjitcompiler", "libnvidia-nvvm", "libnvidia-nvvm70");
    add(Set.of(COMPUTE), "libnvidia-fatbinaryloader", "libnvidia-compiler");
    add(Set.of(COMPUTE), "libnvidia-pkcs11", "libnvidia-pkcs11-openssl3");
    add(Set.of(COMPUTE, GRAPHICS, DISPLAY), "libnvidia-gpucomp");
    add(Set.of(COMPUTE, GRAPHICS, DISPLAY, VIDEO), "libnvidia-allocator");
    add(Set.of(VIDEO), "libvdpau_nvidia", "libnvidia-encode", "libnvidia-opticalflow");
    add(Set.of(VIDEO), "libnvcuvid");
    add(SCREEN, "libGLX_nvidia", "libEGL_nvidia", "libGLESv2_nvidia", "libGLESv1_CM_nvidia");
    add(SCREEN, "libnvidia-eglcore", "libnvidia-glcore", "libnvidia-tls", "libnvidia-glsi");
    add(SCREEN, "libnvidia-fbc", "libnvidia-ifr", "libnvidia-rtcore", "libnvoptix");
    add(SCREEN, "libnvidia-glvkspirv", "libnvidia-cbl", "libnvidia-ngx", "libnvidia-present");
    add(SCREEN, "libnvidia-vulkan-producer", "libnvidia-vksc-core");
    add(SCREEN, "libnvidia-egl-gbm", "libnvidia-egl-wayland", "libnvidia-egl-wayland2");
    add(SCREEN, "libnvidia-egl-xcb", "libnvidia-egl-xlib");
    add(Set.of(DISPLAY), "libglxserver_nvidia", "libnvidia-gtk2", "libnvidia-gtk3");
    add(Set.of(DISPLAY), "libnvidia-wayland-client");
  }

  /** Libraries whose version is their own, not the driver's. */
  private static final Set<String> OWN_VERSION =
      Set.of(
          "libnvidia-nvvm70",
          "libnvidia-egl-gbm",
          "libnvidia-egl-wayland",
          "libnvidia-egl-wayland2",
          "libnvidia-egl-xcb",
          "libnvidia-egl-xlib");

  /** Below the directory of the libraries; files with the driver's version, or of these names. */
  static final List<String> SUBDIRECTORIES =
      List.of("vdpau", "gbm", "nvidia/xorg", "xorg/modules/drivers", "xorg/modules/extensions");

  private static final Map<String, Set<DriverCapability>> MODULES =
      Map.of("nvidia-drm_gbm.so", SCREEN, "nvidia_drv.so", Set.of(DISPLAY));

  static final Map<String, Set<DriverCapability>> PROGRAMS =
      Map.of(
          "nvidia-smi", Set.of(UTILITY),
          "nvidia-debugdump", Set.of(UTILITY),
          "nvidia-persistenced", Set.of(UTILITY),
          "nvidia-imex", Set.of(UTILITY),
          "nvidia-imex-ctl", Set.of(UTILITY),
          "nvidia-cuda-mps-control", Set.of(COMPUTE),
          "nvidia-cuda-mps-server", Set.of(COMPUTE),
          "nvidia-xconfig", Set.of(DISPLAY));

  static final List<String> PROGRAM_DIRECTORIES =
      List.of("/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/local/bin");

  /** Below {@link #SETTING_DIRECTORIES}. */
  static final Map<String, Set<DriverCapability>> SETTINGS =
      Map.ofEntries(
          Map.entry("OpenCL/vendors/nvidia.icd", Set.of(COMPUTE)),
          Map.entry("vulkan/icd.d/nvidia_icd.json", SCREEN),
          Map.entry("vulkan/icd.d/nvidia_icd.x86_64.json", SCREEN),
          Map.entry("vulkan/icd.d/nvidia_icd.aarch64.json", SCREEN),
          Map.entry("vulkan/implicit_layer.d/nvidia_layers.json", SCREEN),
          Map.entry("glvnd/egl_vendor.d/10_nvidia.json", SCREEN),
          Map.entry("egl/egl_external_platform.d/09_nvidia_wayland2.json", SCREEN),
          Map.entry("egl/egl_external_platform.d/10_nvidia_wayland.json", SCREEN),
          Map.entry("egl/egl_external_platform.d/15_nvidia_gbm.json", SCREEN),
          Map.entry("egl/egl_external_platform.d/20_nvidia_xcb.json", SCREEN),
          Map.entry("egl/egl_external_platform.d/20_nvidia_xlib.json", SCREEN),
          Map.entry("nvidia/nvoptix.bin", SCREEN),
          Map.entry("X11/xorg.conf.d/10-nvidia.conf", Set.of(DISPLAY)),
          Map.entry("X11/xorg.conf.d/nvidia-drm-outputclass.conf", Set.of(DISPLAY)));

  static final List<String> SETTING_DIRECTORIES = List.of("/etc", "/usr/local/share", "/usr/share");

  /** Where the kernel looks for firmware without being told (its firmware API's documentation). */
  static final List<String> FIRMWARE_DIRECTORIES =
      List.of("/lib/firmware/updates/nvidia/", "/lib/firmware/nvidia/");

  /** Sockets of the driver's daemons. */
  static final Map<String, Set<DriverCapability>> SOCKETS =
      Map.of(
          "/run/nvidia-persistenced/socket", Set.of(UTILITY),
          "/run/nvidia-fabricmanager/socket", Set.of(COMPUTE));

  /** The library without which a part does not work at all. */
  static final Map<DriverCapability, String> KEYS =
      Map.of(
          COMPUTE, "libcuda",
          UTILITY, "libnvidia-ml",
          GRAPHICS, "libEGL_nvidia",
          DISPLAY, "libglxserver_nvidia",
          VIDEO, "libnvcuvid");

  private Catalogue() {}

  /** The parts that need a file of the library directory; empty when it is not the driver's. */
  static Optional<Set<DriverCapability>> parts(String fileName, String version) {
    Set<DriverCapability> module = MODULES.get(fileName);
    if (module != null) {
      return Optional.of(module);
    }
    int so = fileName.indexOf(".so.");
    if (so < 0) {
      return Optional.empty();
    }
    String library = fileName.substring(0, so);
    return fileName.substring(so + 4).equals(version) || OWN_VERSION.contains(library)
        ? Optional.of(LIBRARIES.getOrDefault(library, Set.of()))
        : Optional.empty();
  }

  private static void add(Set<DriverCapability> parts, String... libraries) {
    for (String library : libraries) {
      LIBRARIES.put(library, parts);
    }
  }
}
