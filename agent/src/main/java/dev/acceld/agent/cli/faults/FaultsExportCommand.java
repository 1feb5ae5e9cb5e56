package dev.acceld.agent.cli.faults;

import dev.acceld.agent.cli.StateDir;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** All that a support case needs, in one file. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description =
        "Writes one archive (tar.gz) for a support case: recorded faults, health, devices, claims,"
            + " settings, versions and the report of 'acceld doctor'. Passwords, tokens and keys"
            + " are left out.")
final class FaultsExportCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "the file to write (default: standard output)")
  @Nullable Path file;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "the agent's state directory (default: as for 'acceld faults')")
  @Nullable String stateDir;

  @Override
  public Integer call() throws IOException {
    Path to = file;
    if (to == null && System.console() != null && System.console().isTerminal()) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "the archive is not for a terminal; name a file with -o, or redirect standard output");
    }
    LogSetup.configure(LogFormat.TEXT, "error");
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    new SupportArchive(StateDir.of(stateDir)).write(archive);
    if (to == null) {
      PrintStream out = System.out;
      archive.writeTo(out);
      out.flush();
      if (out.checkError()) {
        throw new IOException("standard output was closed before the archive was complete");
      }
    } else {
      Files.write(to, archive.toByteArray());
      Objects.requireNonNull(spec).commandLine().getErr().println("wrote " + to);
    }
    return 0;
  }
}
