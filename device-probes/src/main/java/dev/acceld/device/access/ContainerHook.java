package dev.acceld.device.access;

import java.util.List;

/**
 * A program of the host that the container runtime runs once the container's files are in place and
 * before its root changes (OCI's {@code createContainer}).
 *
 * @param path of the program on the host
 * @param args with the program's own name first
 * @param env {@code NAME=value}
 */
public record ContainerHook(String path, List<String> args, List<String> env) {

  /** Takes copies. */
  public ContainerHook {
    args = List.copyOf(args);
    env = List.copyOf(env);
  }
}
