package dev.acceld.e2e.cluster;

import dev.acceld.e2e.components.Cache;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** The process that holds the namespaces of a node; when it ends, all of the node's end. */
final class NodeProcess {
  private final Place place;
  private final Process process;

  private NodeProcess(Place place, Process process) {
    this.place = place;
    this.process = process;
  }

  /** Starts one. Its components wait until {@link Node#start} is called, except the first ones. */
  static NodeProcess start(Place place, ClusterConfig config, Cache cache, ComponentFiles files)
      throws IOException {
    Path run = place.path("run");
    // They would end and count the seconds to their next try: they begin when there is whom to talk
    // to.
    for (String name : files.later()) {
      Files.writeString(run.resolve("hold." + name), "");
    }
    Files.deleteIfExists(run.resolve("unwired"));
    Files.deleteIfExists(run.resolve("entered"));
    script(place, "node.sh");
    ProcessBuilder builder = new ProcessBuilder("bash", script(place, "enter.sh").toString());
    Map<String, String> environment = builder.environment();
    environment.put("NAME", place.groups());
    environment.put("CGROUPS", String.join(" ", Cgroups.controllers()));
    environment.put("HOME_DIR", place.directory().toString());
    environment.put("LOG_DIR", place.log().toString());
    environment.put("PKI_DIR", place.pki().toString());
    environment.put("TREE", cache.tree().toString());
    environment.put("CONTROL_PLANE", cache.kubernetes(config.version()).resolve("bin").toString());
    environment.put("KUBELET", cache.kubernetes(config.kubeletVersion()).resolve("bin").toString());
    environment.put("CONTROLLERS", cache.controllers().toString());
    environment.put("BOOT_ID", UUID.randomUUID().toString());
    environment.put("COMPONENTS", String.join(" ", files.names()));
    environment.put("NODE", place.name());
    environment.put("ADDRESS", place.address());
    environment.put("FIRST_ADDRESS", Place.FIRST_ADDRESS);
    builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(place.log().resolve("node.log").toFile()));
    return new NodeProcess(place, builder.start());
  }

  private static Path script(Place place, String name) throws IOException {
    Path file = place.path("run").resolve(name);
    try (InputStream in = NodeProcess.class.getResourceAsStream(name);
        OutputStream out = Files.newOutputStream(file)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      in.transferTo(out);
    }
    return file;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Whether it waits for {@link #wire}. */
  boolean waits() {
    return Files.exists(place.path("run").resolve("unwired"));
  }

  /** Whether its components begin to run. */
  boolean entered() {
    return Files.exists(place.path("run").resolve("entered"));
  }

  /** Connects it with node 1, over which it finds everything. */
  void wire(Node first) {
    String link = "to-" + place.name();
    Run.of(
            List.of(
                "nsenter",
                "--net=/proc/" + first.pid() + "/ns/net",
                "ip",
                "link",
                "add",
                link,
                "type",
                "veth",
                "peer",
                "name",
                "to-" + first.name(),
                "netns",
                Long.toString(pid())))
        .output();
    first.exec("ip", "link", "set", link, "up");
    first.exec("ip", "route", "add", place.address() + "/32", "dev", link);
    first.exec("ip", "route", "add", place.pods(), "via", place.address(), "dev", link);
  }

  /** The node, once it waits or has been entered. */
  Node node() {
    return new Node(place, pid());
  }

  private long pid() {
    return process.children().findFirst().orElseThrow().pid();
  }

  /** Ends all of it at once. */
  void kill() {
    process.children().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
