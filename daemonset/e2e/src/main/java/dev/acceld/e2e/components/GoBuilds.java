package dev.acceld.e2e.components;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.acceld.tools.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Kubernetes and helm, built from their published Go modules with the Go that is here. */
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
        : Optional.of("Go is needed to build Kubernetes: install it and have `go` on the PATH");
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
      String module = "k8s.io/kubernetes@v" + version;
      String found = go("mod", "download", "-json", module).in(cache.root()).output();
      Path upstream = Path.of(new JsonMapper().readTree(found).path("GoMod").asText());
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
