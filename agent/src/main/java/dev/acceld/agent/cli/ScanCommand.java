package dev.acceld.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.acceld.agent.cli.text.PlainText;
import dev.acceld.agent.cli.text.Table;
import dev.acceld.agent.config.AgentConfig;
import dev.acceld.agent.config.ConfigReader;
import dev.acceld.agent.config.Durations;
import dev.acceld.agent.config.Setting;
import dev.acceld.agent.doctor.Finding;
import dev.acceld.agent.scan.Scan;
import dev.acceld.agent.scan.ScanReport;
import dev.acceld.agent.scan.Scratch;
import dev.acceld.telemetry.log.LogFormat;
import dev.acceld.telemetry.log.LogSetup;
import dev.acceld.words.Rounded;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What is here and whether it works, once and without an agent. */
final class ScanCommand implements Callable<Integer> {
  private static final String OUTPUT = "--output";
  private static final String TIMEOUT = "--timeout";
  private static final String EXPECT = "--expect";
  private static final int WRONG = 1;
  private static final int NOTHING = 2;

  private @Nullable CommandSpec spec;

  private ScanCommand() {}

  static CommandSpec spec() {
    ScanCommand command = new ScanCommand();
    CommandSpec spec =
        CommandSpec.wrapWithoutInspection(command).name("scan").mixinStandardHelpOptions(true);
    spec.usageMessage()
        .description(
            "Looks once for the accelerators of this machine, reads each, and says what is wrong,"
                + " without a running agent and without a cluster: for images, CI and prologs of"
                + " batch jobs. It changes nothing.")
        .exitCodeListHeading("%nExit status:%n")
        .exitCodeList(
            UsageMessageSpec.keyValuesMap(
                "0:every accelerator works",
                "1:something is wrong, or a driver did not answer in time",
                "2:the command line is wrong, or there is no accelerator to ask"));
    spec.addOption(
        OptionSpec.builder("-o", OUTPUT)
            .paramLabel("FORMAT")
            .type(Output.class)
            .description("table or json (default: table)")
            .build());
    spec.addOption(
        OptionSpec.builder(TIMEOUT)
            .paramLabel("DURATION")
            .type(String.class)
            .description("how long it may take (default: 30s)")
            .build());
    spec.addOption(
        OptionSpec.builder(EXPECT)
            .paramLabel("N")
            .type(int.class)
            .description("another number of whole devices (GPUs, TPU chips) is wrong")
            .build());
    SettingOptions.addAll(spec);
    command.spec = spec;
    return spec;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    CommandSpec own = spec;
    if (own == null) {
      throw new IllegalStateException("made without a spec");
    }
    ParseResult parsed = own.commandLine().getParseResult();
    Duration timeout = timeout(parsed, own);
    OptionalInt expected = expected(parsed, own);
    LogSetup.configure(LogFormat.TEXT, "error"); // the findings say it all
    try (Scratch scratch = Scratch.make()) {
      Thread hook = new Thread(scratch::close, "scratch"); // who is told to stop leaves nothing
      Runtime.getRuntime().addShutdownHook(hook);
      scratch.fill(SettingOptions.read(parsed));
      AgentConfig config =
          ConfigReader.read(
              SettingOptions.overridden(
                  parsed, Map.of(Setting.STATE_DIR, scratch.dir().toString())));
      try (Scan scan =
          new Scan(config.machine().isPresent() ? config.onMachine() : config, expected, timeout)) {
        ScanReport report = scan.look();
        print(report, parsed, own.commandLine().getOut());
        return switch (report.verdict()) {
          case FINE -> 0;
          case WRONG -> WRONG;
          case NOTHING -> NOTHING;
        };
      }
    }
  }

  private static Duration timeout(ParseResult parsed, CommandSpec own) {
    String text = parsed.matchedOptionValue(TIMEOUT, "30s");
    return Durations.parse(text)
        .filter(d -> !d.isZero())
        .orElseThrow(() ->
            new ParameterException(
                own.commandLine(),
                TIMEOUT + " must be " + Durations.FORM + ", not '" + text + "'"));
  }

  private static OptionalInt expected(ParseResult parsed, CommandSpec own) {
    Integer count = parsed.matchedOptionValue(EXPECT, (Integer) null);
    if (count == null) {
      return OptionalInt.empty();
    }
    if (count < 0) {
      throw new ParameterException(own.commandLine(), EXPECT + " must not be below 0");
    }
    return OptionalInt.of(count);
  }

  private static void print(ScanReport report, ParseResult parsed, PrintWriter out)
      throws IOException {
    ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    if (parsed.matchedOptionValue(OUTPUT, Output.TABLE) == Output.JSON) {
      out.println(PlainText.ofLines(json.writeValueAsString(report)));
      out.flush();
      return;
    }
    JsonNode devices = PlainText.of(json.valueToTree(report.devices()));
    if (!devices.isEmpty()) {
      out.print(DeviceTable.withoutClaims(devices));
      out.println();
    }
    Table findings = new Table("STATE", "CHECK", "FOUND");
    for (Finding f : report.findings()) {
      findings.row(f.state().name(), f.name(), f.what());
      if (!f.remedy().isEmpty()) {
        findings.row("", "", "-> " + f.remedy());
      }
    }
    out.print(findings);
    out.println();
    out.println(sentence(report));
    out.flush();
  }

  private static String sentence(ScanReport report) {
    String time = " (" + Rounded.duration(report.seconds()) + ")";
    return switch (report.verdict()) {
      case FINE ->
          (report.devices().size() == 1
                  ? "1 device, and it works"
                  : report.devices().size() + " devices, and all of them work")
              + time;
      case WRONG -> "Something is wrong" + time;
      case NOTHING -> "There is no accelerator on this machine" + time;
    };
  }
}
