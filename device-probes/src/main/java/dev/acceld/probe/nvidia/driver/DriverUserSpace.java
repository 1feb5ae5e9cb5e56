package dev.acceld.probe.nvidia.driver;

import dev.acceld.device.access.ContainerAccess;
import dev.acceld.device.access.ContainerHook;
import dev.acceld.device.access.DriverCapability;
import dev.acceld.device.access.HostMount;
import dev.acceld.host.HostFs;
import dev.acceld.probe.AccessRefusedException;
import dev.acceld.probe.nvidia.nvml.NvmlFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How the driver's user space comes into a container: every file is mounted read-only where it is
 * on the host. Where NVIDIA's hook is installed, it makes the links and tells the container's
 * loader. Where it is not, each file is mounted under its links' names too, and {@code
 * LD_LIBRARY_PATH} names the directory; that replaces the image's own value.
 *
 * <p>What was found is kept until one of the directories changes; whether the hook and the daemons'
 * sockets are there is looked at each time. Thread-safe.
 */
public final class DriverUserSpace {
  private final DriverRoot root;
  private final Path hook;
  private final HostFs host;
  private volatile @Nullable DriverFiles files;
  private volatile @Nullable Planned planned;

  /** A plan, and all that it follows from. */
  private record Planned(
      DriverFiles files,
      Set<DriverCapability> wanted,
      Optional<CdiHook> program,
      List<HostMount> sockets,
      ContainerAccess access) {

    @SuppressWarnings("ReferenceEquality") // found anew, they may be the same
    boolean followsFrom(
        DriverFiles found,
        Set<DriverCapability> parts,
        Optional<CdiHook> hook,
        List<HostMount> daemons) {
      return files == found
          && wanted.equals(parts)
          && program.equals(hook)
          && sockets.equals(daemons);
    }
  }

  /**
   * Touches nothing yet.
   *
   * @param hook the host's path of NVIDIA's hook, which need not be there
   * @param host where the agent sees the host's files, for the hook
   */
  public DriverUserSpace(DriverRoot root, Path hook, HostFs host) {
    this.root = root;
    this.hook = hook;
    this.host = host;
  }

  /**
   * The parts that are wanted.
   *
   * @param version of the driver that is loaded
   * @param wanted parts of the user space
   * @param needed those among them without which the container would be of no use
   * @throws AccessRefusedException when the driver's root has no such driver, or not one of the
   *     needed parts
   */
  public ContainerAccess plan(
      String version, Set<DriverCapability> wanted, Set<DriverCapability> needed)
      throws AccessRefusedException {
    DriverFiles all = files(version);
    for (DriverCapability part : needed) {
      String key = Catalogue.KEYS.getOrDefault(part, "");
      if (!all.has(key)) {
        throw new AccessRefusedException(
            "NVIDIA's driver "
                + version
                + " is installed without "
                + key
                + ".so, which '"
                + part.id()
                + "' needs (looked in "
                + root.seenPath(all.directory())
                + "); install that part of the driver, or select other capabilities with"
                + " --nvidia-driver-capabilities or GpuConfig's driverCapabilities");
      }
    }
    Optional<CdiHook> program = CdiHook.find(hook, root, host.root());
    List<HostMount> sockets = sockets(wanted);
    Planned last = planned;
    if (last != null && last.followsFrom(all, wanted, program, sockets)) {
      return last.access();
    }
    ContainerAccess access = plan(all, wanted, program, sockets);
    planned = new Planned(all, Set.copyOf(wanted), program, sockets, access);
    return access;
  }

  private ContainerAccess plan(
      DriverFiles all,
      Set<DriverCapability> wanted,
      Optional<CdiHook> program,
      List<HostMount> sockets) {
    List<HostMount> mounts = new ArrayList<>();
    List<DriverFile.Link> links = new ArrayList<>();
    for (DriverFile file : all.files()) {
      if (file.isFor(wanted)) {
        String source = root.hostPath(file.source());
        mounts.add(HostMount.readOnly(source, file.path()));
        links.addAll(file.links());
        if (program.isEmpty()) {
          file.links().forEach(l -> mounts.add(HostMount.readOnly(source, l.path())));
        }
      }
    }
    mounts.addAll(sockets);
    return program.isEmpty()
        ? new ContainerAccess(
            List.of(), Map.of("LD_LIBRARY_PATH", all.directory()), mounts, List.of())
        : new ContainerAccess(List.of(), Map.of(), mounts, hooks(program.get(), links, all));
  }

  private static List<ContainerHook> hooks(
      CdiHook program, List<DriverFile.Link> links, DriverFiles all) {
    List<ContainerHook> hooks = new ArrayList<>();
    if (!links.isEmpty()) {
      hooks.add(program.links(links));
    }
    hooks.add(program.loaderCache(all.directory()));
    return hooks;
  }

  /** Sockets come and go with the daemons: only those that are there can be mounted. */
  private List<HostMount> sockets(Set<DriverCapability> wanted) {
    List<HostMount> mounts = new ArrayList<>();
    new TreeMap<>(Catalogue.SOCKETS)
        .forEach((path, parts) -> {
          if (parts.stream().anyMatch(wanted::contains) && root.files().exists(path)) {
            mounts.add(HostMount.socket(root.hostPath(path), path));
          }
        });
    return mounts;
  }

  private DriverFiles files(String version) throws AccessRefusedException {
    DriverFiles known = files;
    if (known != null && known.version().equals(version) && known.settled() && known.current()) {
      return known;
    }
    Optional<DriverFiles> found = DriverSearch.find(root, version);
    if (found.isEmpty()) {
      throw new AccessRefusedException(
          "NVIDIA's driver "
              + (version.isEmpty() ? "(of unknown version)" : version)
              + " is loaded, but none of its libraries is below "
              + root.seen()
              + " ("
              + NvmlFiles.places()
              + "): complete the driver's installation, or set its root with --nvidia-driver-root");
    }
    files = complete(found.get()) ? found.get() : null; // one that is being changed: look again
    return found.get();
  }

  private boolean complete(DriverFiles found) {
    for (DriverFile file : found.files()) {
      if (!root.isFile(file.source())) {
        return false;
      }
    }
    return true;
  }
}
