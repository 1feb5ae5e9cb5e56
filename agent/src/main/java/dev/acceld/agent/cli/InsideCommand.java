package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acceld.agent.inside.ContainerCheck;
import dev.acceld.host.HostFs;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether the claim's devices have arrived in the container. */
@Command(
    name = "inside",
    mixinStandardHelpOptions = true,
    description =
        "Shows the devices in this container; run it in a container with a claim. If devices are"
            + " missing, it recommends a fix and exits with status 1.")
final class InsideCommand implements Callable<Integer> {
  @Spec @Nullable CommandSpec spec;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "table or json (default: table)")
  Output output = Output.TABLE;

  @Override
  public Integer call() throws IOException {
    ContainerCheck found = ContainerCheck.look(System.getenv(), new HostFs(Path.of("/")));
    PrintWriter out =
        spec == null ? new PrintWriter(System.out, true) : spec.commandLine().getOut();
    if (output == Output.JSON) {
      out.println(
          new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(found));
    } else {
      print(found, out);
    }
    out.flush();
    return found.problems().isEmpty() ? 0 : 1;
  }

  private static void print(ContainerCheck found, PrintWriter out) {
    found.devices().forEach(name -> out.println("device   " + name));
    found
        .files()
        .forEach(file ->
            out.println(
                "file     " + file.path() + " (" + file.major() + ":" + file.minor() + ")"));
    found.problems().forEach(problem -> out.println("problem  " + problem));
    if (found.problems().isEmpty()) {
      out.println("All devices of this container's claims are present.");
    }
  }
}
