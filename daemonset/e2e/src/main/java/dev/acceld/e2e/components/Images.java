package dev.acceld.e2e.components;

import dev.acceld.tools.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The images that every cluster of ours has from the start. */
public final class Images {
  /** What holds a pod's namespaces. */
  public static final String PAUSE = "localhost/pause:e2e";

  /** The full name of {@code image: busybox}, so that examples run as they stand. */
  public static final String BUSYBOX = "docker.io/library/busybox:latest";

  private Images() {}

  static void build(Cache cache) {
    Path binary = cache.tree().resolve("usr/bin/busybox");
    try {
      Files.createDirectories(cache.images());
      List<String> applets =
          Run.of(binary.toString(), "--list")
              .output()
              .lines()
              .filter(name -> !name.equals("busybox"))
              .toList();
      HandmadeImage image = new HandmadeImage(binary, applets);
      image.write(
          cache.images().resolve("busybox.tar"),
          BUSYBOX,
          "{\"Env\":[\"PATH=/bin\"],\"Cmd\":[\"sh\"]}");
      image.write(
          cache.images().resolve("pause.tar"),
          PAUSE,
          "{\"Entrypoint\":[\"/bin/sleep\",\"infinity\"]}");
      cache.complete(cache.images());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
