package dev.acceld.e2e.components;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Kubernetes, helm, controllers and a collector, built from their published Go modules with the Go
 * that is here.
 */
final class GoBuilds {
  private static final Duration LIMIT = Duration.ofMinutes(40);

  private final Cache cache;
  private final Consumer<String> progress;

  GoBuilds(Cache cache, Consumer<String> progress) {
    this.cache = cache;
    this.progress = progress;
  }

  static Optional<String> obstacle() {
    return Run.find("go").isPresent()
        ? Optional.empty()
        : Optional.of(
            "Go is needed to build Kubernetes and controllers: install it and have `go` on the PATH");
  }

  boolean hasKubernetes(String version) {
    return cache.has(cache.kubernetes(version));
  }

  /** Ten minutes on two cores the first time; commands that are there already are kept. */
  void kubernetes(String version) {
    Path directory = cache.kubernetes(version);
    Path log = directory.resolve("build.log");
    try {
      Files.createDirectories(directory.resolve("bin"));
      Path upstream = downloaded("k8s.io/kubernetes@v" + version, "GoMod");
      Files.writeString(directory.resolve("go.mod"), GoMod.of(version, Files.readString(upstream)));
      // The commands are named on the build line; the module itself imports nothing.
      Files.writeString(directory.resolve("none.go"), "package none\n");
      for (String command : Versions.COMMANDS) {
        Path binary = directory.resolve("bin").resolve(command);
        if (!Files.isExecutable(binary)) {
          progress.accept("building " + command + " " + version);
          Path half = directory.resolve("bin").resolve("." + command);
          go(
                  "build",
                  "-trimpath",
                  "-ldflags",
                  linkerFlags(version),
                  "-o",
                  half.toString(),
                  "k8s.io/kubernetes/cmd/" + command)
              .in(directory)
              .to(log)
              .output();
          Files.move(half, binary);
        }
      }
      cache.complete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean hasController(Controller controller) {
    return cache.has(cache.controller(controller));
  }

  /**
   * Two minutes on two cores the first time. It is built in its own module, whose go.mod and go.sum
   * say with what; the manifests are copied, since Go's cache may be cleared.
   */
  void controller(Controller controller) {
    Path directory = cache.controller(controller);
    try {
      Files.createDirectories(directory);
      progress.accept("building " + controller.moduleAtVersion());
      Path module = downloaded(controller.moduleAtVersion(), "Dir");
      for (String manifests : List.of("crd/bases", "webhook")) {
        Path from = module.resolve(controller.manifests()).resolve(manifests);
        Path to = directory.resolve(manifests.split("/", 2)[0]);
        Run.of("rm", "-rf", to.toString()).output();
        Run.of("cp", "-r", "--no-preserve=mode", from.toString(), to.toString()).output();
      }
      String binary = directory.resolve("manager").toString();
      go(
              "build",
              "-mod=readonly",
              "-trimpath",
              "-ldflags",
              "-s -w",
              "-o",
              binary,
              controller.command())
          .in(module)
          .with("GOWORK", "off")
          .to(directory.resolve("build.log"))
          .output();
      cache.complete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Fetches a module, and tells where that part of it is. */
  private Path downloaded(String module, String part) throws IOException {
    String found = go("mod", "download", "-json", module).in(cache.root()).output();
    return Path.of(new JsonMapper().readTree(found).path(part).asText());
  }

  /**
   * Puts the version into the binaries: a kubelet that reports none is taken for an ancient one.
   */
  private static String linkerFlags(String version) {
    String[] parts = version.split("\\.", -1);
    String at = "-X k8s.io/component-base/version.";
    return "-s -w %sgitVersion=v%s %sgitMajor=%s %sgitMinor=%s"
        .formatted(at, version, at, parts[0], at, parts[1]);
  }

  /** The user's helm, or one in the cache that is built when there is none. */
  Path helm() {
    Path ours = cache.bin().resolve("helm");
    if (!Files.isExecutable(ours)) {
      progress.accept("building helm " + Versions.HELM);
      go("install", "-trimpath", "helm.sh/helm/v3/cmd/helm@v" + Versions.HELM)
          .in(cache.root())
          .with("GOBIN", cache.bin().toString())
          .output();
    }
    return ours;
  }

  private static final String COLLECTOR =
      """
      dist: {name: otelcol, output_path: %2$s}
      receivers:
        - gomod: go.opentelemetry.io/collector/receiver/otlpreceiver v%1$s
      exporters:
        - gomod: github.com/open-telemetry/opentelemetry-collector-contrib/exporter/fileexporter v%1$s
      """;

  /**
   * An OpenTelemetry collector that receives OTLP and writes files; its own builder puts it
   * together. Two minutes on two cores the first time.
   */
  Path collector() {
    Path directory = cache.collector();
    Path binary = directory.resolve("otelcol");
    if (cache.has(directory)) {
      return binary;
    }
    progress.accept("building the OpenTelemetry collector " + Versions.COLLECTOR);
    try {
      Files.createDirectories(directory);
      Path log = directory.resolve("build.log");
      Path parts = directory.resolve("builder.yaml");
      Files.writeString(parts, COLLECTOR.formatted(Versions.COLLECTOR, directory));
      go(
              "run",
              "go.opentelemetry.io/collector/cmd/builder@v" + Versions.COLLECTOR,
              "--config=" + parts)
          .in(directory)
          .to(log)
          .output();
      cache.complete(directory);
      return binary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads dashboards as Grafana's SDK does. A minute on two cores the first time. */
  Path dashboardReader() {
    Path directory = cache.dashboardReader();
    Path binary = directory.resolve("dashboards");
    if (cache.has(directory)) {
      return binary;
    }
    progress.accept("building the reader of dashboards with Grafana's SDK " + Versions.GRAFANA_SDK);
    try {
      Files.createDirectories(directory);
      for (String file : List.of("main.go", "go.mod", "go.sum")) {
        try (InputStream from = GoBuilds.class.getResourceAsStream("dashboards/" + file)) {
          Files.copy(
              requireNonNull(from, file),
              directory.resolve(file),
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
      go("build", "-mod=readonly", "-trimpath", "-o", binary.toString(), ".")
          .in(directory)
          .with("GOWORK", "off")
          .to(directory.resolve("build.log"))
          .output();
      cache.complete(directory);
      return binary;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Run go(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add("nice");
    command.add(Run.find("go").orElseThrow().toString());
    command.addAll(List.of(arguments));
    return Run.of(command)
        .within(LIMIT)
        .with("GOTOOLCHAIN", "local")
        .with("CGO_ENABLED", "0")
        .with("GOFLAGS", "-mod=mod -buildvcs=false");
  }
}
