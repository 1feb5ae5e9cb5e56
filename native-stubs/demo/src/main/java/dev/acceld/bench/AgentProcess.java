package dev.acceld.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An agent in a process of its own, started as its users start it. */
final class AgentProcess implements AutoCloseable {
  private static final long TICKS_PER_SECOND = 100; // USER_HZ of every Linux that Java runs on

  private final Process process;
  private final Path log;
  private final long startedNanos;

  private AgentProcess(Process process, Path log, long startedNanos) {
    this.process = process;
    this.log = log;
    this.startedNanos = startedNanos;
  }

  /** Starts {@code acceld run} with those flags. */
  static AgentProcess start(Path dir, List<String> flags) throws IOException {
    String launcher = System.getProperty("acceld.launcher");
    if (launcher == null) {
      throw new IOException("run this through agent/bin/bench, which says where the launcher is");
    }
    List<String> command = new ArrayList<>(List.of(launcher, "run"));
    command.addAll(flags);
    Path log = dir.resolve("agent.log");
    long now = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new AgentProcess(process, log, now);
  }

  double secondsSinceStart() {
    return (System.nanoTime() - startedNanos) / 1e9;
  }

  boolean alive() {
    return process.isAlive();
  }

  String log() throws IOException {
    return Files.readString(log);
  }

  /** Resident memory in MiB, files of the disk that are mapped included. */
  double rssMiB() throws IOException {
    return statusMiB("VmRSS:");
  }

  /** Resident memory in MiB that belongs to this process alone. */
  double anonymousMiB() throws IOException {
    return statusMiB("RssAnon:");
  }

  private double statusMiB(String field) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith(field)) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("no " + field + " of process " + process.pid());
  }

  /** User and system time used so far, in seconds. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] after = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return (Long.parseLong(after[11]) + Long.parseLong(after[12])) / (double) TICKS_PER_SECOND;
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
