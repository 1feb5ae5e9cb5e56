package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acceld.agent.cli.text.Table;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.doctor.AgentSettings;
import dev.acceld.agent.doctor.Doctor;
import dev.acceld.agent.doctor.Finding;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What is wrong with this node. */
final class DoctorCommand implements Callable<Integer> {
  private static final String OUTPUT = "--output";
  private @Nullable CommandSpec spec;

  private DoctorCommand() {}

  static CommandSpec spec() {
    DoctorCommand command = new DoctorCommand();
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(command).name("doctor").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Checks this node and recommends a fix for each problem. It exits with status 1 when"
                + " pods with claims will not get their devices. It uses the settings of the"
                + " running agent unless an option overrides them. Run it as root on the node, or"
                + " with kubectl exec in the agent's pod.");
    spec.addOption(
        OptionSpec.builder("-o", OUTPUT)
            .paramLabel("FORMAT")
            .type(Output.class)
            .description("table or json (default: table)")
            .build());
    SettingOptions.addAll(spec);
    command.spec = spec;
    return spec;
  }

  @Override
  public Integer call() throws IOException {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("made without a spec");
    }
    ParseResult parsed = own.commandLine().getParseResult();
    LogSetup.configure(LogFormat.TEXT, "error"); // the findings say it all
    Path stateDir = StateDir.of(SettingOptions.raw(parsed));
    AgentSettings agent = AgentSettings.ask(stateDir);
    AgentConfig config = ConfigReader.read(SettingOptions.raw(parsed, agent.settings()));
    Map<Setting, String> flags = SettingOptions.flags(parsed);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(agent.findings(flags));
    findings.addAll(Doctor.examine(config, System.getenv(), config.hostRoot().resolve("proc")));
    PrintWriter out = own.commandLine().getOut();
    if (parsed.matchedOptionValue(OUTPUT, Output.TABLE) == Output.JSON) {
      out.println(
          new ObjectMapper()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .writeValueAsString(findings));
    } else {
      print(findings, out);
    }
    out.flush();
    return findings.stream().anyMatch(f -> f.state() == Finding.State.FAIL) ? 1 : 0;
  }

  private static void print(List<Finding> findings, PrintWriter out) {
    Table table = new Table("STATE", "CHECK", "FOUND");
    for (Finding f : findings) {
      table.row(f.state().name(), f.name(), f.what());
      if (!f.remedy().isEmpty()) {
        table.row("", "", "-> " + f.remedy());
      }
    }
    out.print(table);
  }
}
