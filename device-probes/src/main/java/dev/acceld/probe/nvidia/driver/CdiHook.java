package dev.acceld.probe.nvidia.driver;

import dev.acceld.device.access.ContainerHook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * NVIDIA's {@code nvidia-cdi-hook} (or {@code nvidia-ctk}, which can do the same), a program of the
 * host: it makes links in a container and updates its loader's cache, so that libraries are found
 * without any environment. Only what every version of it knows is asked of it.
 *
 * @param onHost where it is on the host
 */
record CdiHook(String onHost) {
  private static final List<String> ENV = List.of("NVIDIA_CTK_DEBUG=false");

  /**
   * Looks whether it is there.
   *
   * @param onHost its path on the host
   * @param host where the agent sees the host's files
   */
  static Optional<CdiHook> find(Path onHost, DriverRoot driver, Path host) {
    return places(onHost, driver, host).stream().anyMatch(Files::isExecutable)
        ? Optional.of(new CdiHook(onHost.toString()))
        : Optional.empty();
  }

  private static List<Path> places(Path onHost, DriverRoot driver, Path host) {
    List<Path> places = new ArrayList<>();
    if (onHost.startsWith(driver.onHost())) {
      places.add(driver.seen().resolve(driver.onHost().relativize(onHost)));
    }
    Path root = onHost.getRoot();
    if (root != null) {
      places.add(host.resolve(root.relativize(onHost)));
    }
    return places;
  }

  ContainerHook links(List<DriverFile.Link> links) {
    List<String> args = new ArrayList<>(List.of("create-symlinks"));
    for (DriverFile.Link link : links) {
      args.add("--link");
      args.add(link.target() + "::" + link.path());
    }
    return hook(args);
  }

  ContainerHook loaderCache(String directory) {
    return hook(List.of("update-ldcache", "--folder", directory));
  }

  private ContainerHook hook(List<String> args) {
    String name = onHost.substring(onHost.lastIndexOf('/') + 1);
    List<String> all = new ArrayList<>(List.of(name));
    if (name.equals("nvidia-ctk")) {
      all.add("hook");
    }
    all.addAll(args);
    return new ContainerHook(onHost, all, ENV);
  }
}
