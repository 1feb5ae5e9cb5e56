package dev.acceld.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.acceld.agent.PlainWords.Said;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.VendorModule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whatever people get wrong is said in a line or two that name the thing and the remedy: no class
 * name, no parser's words, no stack trace.
 */
@Timeout(120)
class WrongInputTest {
  @TempDir Path dir;

  /** {@code DIR} stands for a directory of the test's own, in arguments and in messages. */
  private void expect(String line, int status, String... words) throws Exception {
    String[] args =
        Arrays.stream(line.split(" "))
            .filter(a -> !a.isEmpty())
            .map(a -> a.replace("DIR", dir.toString()).replace("''", ""))
            .toArray(String[]::new);
    Said said = PlainWords.run(args);
    assertThat(said.text()).as(line).isNotBlank();
    PlainWords.check(said.text());
    for (String word : words) {
      assertThat(said.text()).as(line).contains(word.strip().replace("DIR", dir.toString()));
    }
    // An agent that began to run has said of each vendor whether it has devices.
    assertThat(said.text().lines().count())
        .as(said.text())
        .isLessThanOrEqualTo(2 + VendorModule.all().size());
    assertThat(said.status()).as(line).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          devices a b                       | 'b' is an unexpected argument | acceld devices --help
          devices -o yaml                   | --output must be table or json, not 'yaml' | --help
          devices -o                        | --output needs a value: FORMAT | --help
          devices --state-dir /a --state-dir /b | --state-dir is given twice | --help
          devices --stat-dir /a             | '--stat-dir' | did you mean '--state-dir'?
          claims -o xml                     | --output must be table or json | --help
          claims all                        | 'all' is an unexpected argument | --help
          release                           | release needs either a DEVICE or --all | --help
          release gpu-0 --all               | release needs either a DEVICE or --all | --help
          release --al                      | '--al' | did you mean '--all'?
          simulate                          | simulate needs a subcommand | acceld simulate xid gpu-3 79
          simulate xid                      | GPU is missing | acceld simulate xid --help
          simulate xid gpu-0                | CODE is missing | --help
          simulate xid gpu-0 many           | CODE must be a whole number, not 'many' | --help
          simulate set gpu-0                | KEY=VALUE is missing | --help
          simulate set gpu-0 temperature    | KEY=VALUE must be of the form KEY=VALUE, not 'temperature' | --help
          simulate hang                     | FUNCTION is missing | --help
          simulate fail nvmlDeviceGetName x | CODE must be a whole number, not 'x' | --help
          simulate partition gpu-0 1g.10gb x | START must be a whole number, not 'x' | --help
          simulate list -o yaml             | --output must be table or json | --help
          simulate tpu-workload --chips many | --chips must be a whole number, not 'many' | --help
          simulate tpu-workload --port 8431 | '--port' | did you mean '--ports'?
          doctor -o yaml                    | --output must be table or json | --help
          doctor --machin h100x8            | '--machin' | did you mean '--machine'?
          inside -o yaml                    | --output must be table or json | --help
          inside gpu-0                      | 'gpu-0' is an unexpected argument | --help
          await-unused now                  | 'now' is an unexpected argument | --help
          await-unused --timeout            | --timeout needs a value: DURATION | --help
          run now                           | 'now' is an unexpected argument | acceld run --help
          run --sample-interval             | --sample-interval needs a value: DURATION | --help
          help nothing                      | there is no command 'nothing' | devices
          help devices more                 | 'acceld devices' has no subcommands | --help
          """)
  void aWrongCommandLine(String line, String thing, String remedy) throws Exception {
    expect(line, 2, thing, remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --sample-interval 5             | --sample-interval (set by --sample-interval): '5' | 500ms, 1s, 2m, 1h
          --sample-interval 1d            | '1d' must be a number and a unit | 1s
          --sample-interval 1ms           | '1ms' must be between | 0.1s
          --rediscover-interval 999h      | '999h' must be between | 1h
          --log-level loud                | --log-level (set by --log-level): 'loud' | error, warn, info, debug, trace
          --log-format xml                | 'xml' must be one of | text, json
          --tidy=perhaps                  | --tidy (set by --tidy): 'perhaps' | false, true
          --driver-name Acceld            | 'Acceld' must be a lower-case DNS name | acceld.dev
          --node-name a_b                 | --node-name | a lower-case DNS name
          --instance a/b                  | --instance | letters, digits and '-'
          --nvidia-driver-capabilities cuda | 'cuda' | compute
          --nvidia-mig-on-demand gpu-0,,  | --nvidia-mig-on-demand | use all, none, or a list
          --http-address nowhere          | 'nowhere' | :9400
          --http-address :99999           | ':99999' | 65535
          --http-address 192.0.2.1:9400   | 192.0.2.1:9400 | ss -ltnp
          --dcgm-names old                | --dcgm-names (set by --dcgm-names): 'old' must be one of | classic, dcgm-4.7, both
          --dcgm-counters-file DIR/none.csv | --dcgm-counters-file: the counter file cannot be read: DIR/none.csv | FIELD, type, help
          --web-config-file DIR/none.yaml | --web-config-file: web configuration file DIR/none.yaml cannot be read | no such file or directory
          --web-config-file DIR/unknown.yaml | DIR/unknown.yaml: kubeletDri is not a member | tls_server_config
          --health-rules DIR/none.yaml    | --health-rules: health rules file DIR/none.yaml cannot be read | no such file or directory
          --health-rules DIR/tab.yaml     | DIR/tab.yaml, line 2 | use spaces
          --health-rules DIR/list.yaml    | DIR/list.yaml must be a mapping | rules:
          --state-dir ''                  | --state-dir is empty | set a value or omit it
          --state-dir DIR/file/state      | --state-dir DIR/file/state | choose a directory that this user can write to
          --state-dir DIR/file            | --state-dir DIR/file | choose a directory that this user can write to
          --machine h100x9                | 'h100x9' | did you mean 'h100x8'?
          --machine hundred               | 'hundred' | tpu-v5ex8
          --machine DIR/none.yaml         | DIR/none.yaml cannot be read (no such file or directory) | h100x8
          --machine DIR/dir.yaml          | DIR/dir.yaml cannot be read | h100x8
          --machine DIR/bytes.yaml        | DIR/bytes.yaml cannot be read (it is not valid UTF-8) | h100x8
          --machine DIR/empty.yaml        | DIR/empty.yaml | start with 'name:'
          --machine DIR/list.yaml         | DIR/list.yaml | block of keys
          --machine DIR/tab.yaml          | DIR/tab.yaml, line 2 | use spaces
          --machine DIR/broken.yaml       | DIR/broken.yaml, line | this is not YAML
          --machine DIR/twice.yaml        | DIR/twice.yaml, line 2 | the key 'name' occurs twice
          --config DIR/none.yaml          | DIR/none.yaml: no such file or directory | the configuration file cannot be read
          --config DIR/dir.yaml           | DIR/dir.yaml: | the configuration file cannot be read
          --config DIR/bytes.yaml         | DIR/bytes.yaml: it is not valid UTF-8 | the configuration file
          --config DIR/list.yaml          | DIR/list.yaml is not a YAML map of settings | 'key: value'
          --config DIR/text.yaml          | DIR/text.yaml is not a YAML map of settings | 'key: value'
          --config DIR/tab.yaml           | DIR/tab.yaml, line 2 | use spaces
          --config DIR/broken.yaml        | DIR/broken.yaml, line | use 'key: value' lines
          --config DIR/twice.yaml         | DIR/twice.yaml, line 2 | the key 'name' occurs twice
          --config DIR/unknown.yaml       | 'kubeletDri' in DIR/unknown.yaml | did you mean kubeletDir?
          --config DIR/nested.yaml        | 'kubeletDir' in DIR/nested.yaml | must be a single value
          --config DIR/value.yaml         | (set by 'sampleInterval' in DIR/value.yaml) | 500ms, 1s, 2m, 1h
          --config DIR/nul.yaml           | 'kubeletDir' in DIR/nul.yaml | is not a path
          """)
  void aWrongSetting(String flags, String thing, String remedy) throws Exception {
    files();
    String state = flags.contains("--state-dir") ? "" : " --state-dir DIR/s";
    expect(
        "run --http-address 127.0.0.1:0".repeat(flags.contains("http") ? 0 : 1)
            + (flags.contains("http") ? "run " : " ")
            + flags
            + state,
        1,
        thing,
        remedy);
  }

  private void files() throws IOException {
    Files.createDirectories(dir.resolve("dir.yaml"));
    Map<String, String> texts =
        Map.of(
            "file", "",
            "empty.yaml", "",
            "list.yaml", "- a\n- b\n",
            "text.yaml", "hello",
            "tab.yaml", "name: x\n\tgpus: []\n",
            "broken.yaml", "name: [x\nother: }",
            "twice.yaml", "name: x\nname: y\n",
            "unknown.yaml", "kubeletDri: /x\n",
            "nested.yaml", "kubeletDir: {a: b}\n");
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Files.writeString(dir.resolve(text.getKey()), text.getValue());
    }
    Files.writeString(dir.resolve("value.yaml"), "sampleInterval: often\n");
    Files.writeString(dir.resolve("nul.yaml"), "kubeletDir: \"/a\\0b\"\n");
    Files.write(dir.resolve("bytes.yaml"), new byte[] {'a', (byte) 0xff, (byte) 0xfe});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          devices --state-dir DIR/none      | no agent runs with the state directory DIR/none | acceld run
          claims --state-dir DIR/none       | no agent runs with the state directory DIR/none | --state-dir
          release gpu-0 --state-dir DIR/none | no agent runs with the state directory DIR/none | acceld run
          devices --state-dir DIR/plain     | DIR/plain | acceld run
          devices --state-dir ''            | --state-dir is empty | set a value
          simulate list --state-dir DIR/none | DIR/none | --machine
          simulate list --state-dir DIR/broken | DIR/broken | machine
          await-unused --timeout 5          | --timeout: '5' must be a number and a unit | 1s
          await-unused --driver-name X      | 'X' must be a lower-case DNS name | acceld.dev
          await-unused --timeout 1s         | no cluster | --kubeconfig
          """)
  void nothingThere(String line, String thing, String remedy) throws Exception {
    Files.createDirectories(dir.resolve("plain/run"));
    Files.writeString(dir.resolve("plain/run/acceld.sock"), "not a socket");
    Files.createDirectories(dir.resolve("broken/machine"));
    Files.writeString(dir.resolve("broken/machine/machine.yaml"), "name: [");
    expect(line, 1, thing, remedy);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          xid gpu-9 79                 | no device 'gpu-9' | gpu-0 (gpu-
          xid gpu-0 0                  | XID 0 does not exist | 1 to 999
          xid tpu-0 79                 | tpu-0 is a TPU chip | lost and restored
          lose nothing                 | no device 'nothing' | tpu-0 (tpu-
          set gpu-0 temprature=3       | 'temprature' | did you mean 'temperature'?
          set gpu-0 something=3        | 'something' | temperature, memory-temperature
          set gpu-0 utilization=101    | utilization: '101' is not | 0 to 100
          set gpu-0 memory-used=99999999999GiB | memory-used: '99999999999GiB' | auto
          set gpu-0 power=NaN          | power: 'NaN' is not | auto
          hang nvmlDeviceGetTemprature | 'nvmlDeviceGetTemprature' | did you mean 'nvmlDeviceGetTemperature'?
          fail nvmlDeviceGetName 5000  | 5000 is not an NVML code | 1 to 999
          mig gpu-0 maybe              | 'maybe' is not a MIG mode | on, off or pending
          mig tpu-0 on                 | tpu-0 is a TPU chip | lost and restored
          partition gpu-0 1g.10gb 0    | MIG | simulate mig
          tpu-workload --ports x       | 'x' | 8431,8432
          tpu-workload --ports 8431,8432 --chips 3 | 3 chips | --one-port
          tpu-workload --chips 2 --ids 1 | --ids: 2 different ids | '1'
          tpu-workload --duty-cycle 101 | --duty-cycle: '101' is not | 0 to 100
          tpu-workload --habit slwo    | 'slwo' | did you mean 'slow'?
          tpu-workload --lack queue    | 'queue' | libtpu
          """)
  void aSimulationThatCannotBe(String line, String thing, String remedy) throws Exception {
    MachineTree.create(dir.resolve("state/machine"), MachineCatalog.load("mixed"));
    expect("simulate " + line + " --state-dir DIR/state", 1, thing, remedy);
  }

  private static final String KUBECONFIG =
      """
      apiVersion: v1
      kind: Config
      current-context: a
      contexts: [{name: a, context: {cluster: c, user: u}}]
      clusters: [{name: c, cluster: {server: "SERVER"}}]
      users: [{name: u, user: {token: t}}]
      """;

  @Test
  void aWrongKubeconfig() throws Exception {
    Files.createDirectories(dir.resolve("k.dir"));
    List<List<String>> cases =
        List.of(
            List.of("none", "", "does not exist"),
            List.of("dir", "", "is a directory"),
            List.of("empty", " ", "is not a kubeconfig with contexts"),
            List.of("list", "- a\n", "is not a kubeconfig with contexts"),
            List.of("broken", "contexts: [", "is not a kubeconfig with contexts"),
            List.of("current", KUBECONFIG.replace("context: a", "context: b"), "there are: [a]"),
            List.of("nameless", "contexts: [{}]\ncurrent-context: a\n", "does not exist"),
            List.of("hollow", "contexts: [{name: a}]\ncurrent-context: a\n", "has no server"),
            List.of("cluster", KUBECONFIG.replace("name: c,", "name: d,"), "has no server"),
            List.of("server", KUBECONFIG.replace("SERVER", "ten:: zero"), "https://10.0.0.1:6443"),
            List.of("scheme", KUBECONFIG.replace("SERVER", "ftp://x"), "https://10.0.0.1:6443"),
            List.of(
                "user",
                KUBECONFIG.replace("SERVER", "http://127.0.0.1:9").replace("name: u,", "name: v,"),
                "127.0.0.1:9"),
            List.of(
                "ca",
                KUBECONFIG.replace(
                    "SERVER\"", "https://127.0.0.1:9\", certificate-authority: /none"),
                "/none"),
            List.of(
                "data",
                KUBECONFIG.replace(
                    "SERVER\"", "https://127.0.0.1:9\", certificate-authority-data: '%%%'"),
                "127.0.0.1:9"),
            List.of(
                "key",
                KUBECONFIG
                    .replace("SERVER", "https://127.0.0.1:9")
                    .replace("token: t", "client-certificate: /c, client-key: /k"),
                "/c: no such file or directory"),
            List.of(
                "plugin",
                KUBECONFIG
                    .replace("SERVER", "http://127.0.0.1:9")
                    .replace(
                        "token: t",
                        "exec: {command: /no/plugin, apiVersion: client.authentication.k8s.io/v1}"),
                "the exec plugin '/no/plugin' of kubeconfig"),
            List.of("refuses", KUBECONFIG.replace("SERVER", "http://127.0.0.1:9"), "127.0.0.1:9"),
            List.of("tls", KUBECONFIG.replace("SERVER", "https://127.0.0.1:9"), "127.0.0.1:9"),
            List.of(
                "unresolved",
                KUBECONFIG.replace("SERVER", "http://nowhere.invalid:80"),
                "nowhere.invalid"));
    for (List<String> one : cases) {
      Path file = dir.resolve("k." + one.getFirst());
      if (!one.get(1).isEmpty()) {
        Files.writeString(file, one.get(1));
      }
      Said said =
          PlainWords.run("await-unused", "--timeout", "1s", "--kubeconfig", file.toString());
      assertThat(said.text()).as(one.getFirst()).contains(one.get(2));
      PlainWords.check(said.text());
      assertThat(said.status()).as(one.getFirst()).isEqualTo(1);
    }
  }

  @Test
  void anAddressWhereSomethingElseAnswers() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    for (String[] answer :
        new String[][] {
          {"200", "<html>Sign in</html>"}, {"200", "{"}, {"500", "no"}, {"401", ""}, {"200", "[]"}
        }) {
      server.createContext(
          "/" + answer[0] + answer[1].length(),
          exchange -> {
            byte[] body = answer[1].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(
                Integer.parseInt(answer[0]), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
    }
    server.start();
    try {
      String base = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      for (String path : List.of("20020", "2001", "5002", "4010", "2002")) {
        Path file = Files.writeString(dir.resolve("k"), KUBECONFIG.replace("SERVER", base + path));
        Said said =
            PlainWords.run("await-unused", "--timeout", "1s", "--kubeconfig", file.toString());
        PlainWords.check(said.text());
        assertThat(said.text())
            .as(path)
            .containsAnyOf("127.0.0.1", "API server")
            .doesNotContain("No pod holds");
        assertThat(said.status()).as(path).isEqualTo(1);
      }
    } finally {
      server.stop(0);
    }
  }
}
