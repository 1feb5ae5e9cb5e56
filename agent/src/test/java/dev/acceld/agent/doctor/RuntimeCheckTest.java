package dev.acceld.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.agent.doctor.Finding.State;
import dev.acceld.agent.doctor.runtime.RuntimeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nothing of the runtime is called right that was not looked at. */
class RuntimeCheckTest {
  private static final String V2 = "version = 2\n[plugins.\"io.containerd.grpc.v1.cri\"]\n";
  private static final String V3 = "version = 3\n[plugins.'io.containerd.cri.v1.runtime']\n";
  private static final String ON = "  enable_cdi = true\n";

  @TempDir Path root;
  private RuntimeFiles files;

  @BeforeEach
  void files() {
    files = new RuntimeFiles(List.of(root), root.resolve("proc"));
  }

  private Finding judge(String runtime, Path cdiDir) {
    return new RuntimeCheck(ClusterAccess.open(Optional.empty(), Map.of()), "n", cdiDir, files)
        .judge(runtime, runtime.startsWith("cri-o") ? files.crio() : files.containerd());
  }

  private Finding judge(String runtime) {
    return judge(runtime, Path.of("/var/run/cdi"));
  }

  private void write(String file, String text) throws IOException {
    Path there = root.resolve(file);
    Files.createDirectories(there.getParent());
    Files.writeString(there, text);
  }

  @ParameterizedTest
  @CsvSource({"containerd://1.7.28", "containerd://2.1.4", "cri-o://1.34.0"})
  void aConfigurationThatCannotBeSeenIsAFinding(String runtime) {
    Finding found = judge(runtime);
    assertThat(found.state()).isEqualTo(State.WARN);
    assertThat(found.what()).contains("unknown", "is not visible from here");
  }

  @ParameterizedTest
  @CsvSource({"containerd://1.7.28,FAIL", "containerd://2.1.4,OK"})
  void theDefaultsOfContainerdAreKnown(String runtime, State expected) throws IOException {
    write("usr/bin/containerd", ""); // the host is in sight, and has no file
    assertThat(judge(runtime).state()).isEqualTo(expected);
    write("etc/containerd/config.toml", "version = 2\n[plugins]\n");
    assertThat(judge(runtime).state()).isEqualTo(expected);
  }

  /** Both directories are read by default, and no other. */
  @Test
  void aDirectoryThatIsNoDefaultAndNotNamedIsNotRead() throws IOException {
    write("etc/containerd/config.toml", V2 + ON);
    assertThat(judge("containerd://1.7.28").state()).isEqualTo(State.OK);
    assertThat(judge("containerd://1.7.28", Path.of("/etc/cdi")).state()).isEqualTo(State.OK);
    assertThat(judge("containerd://1.7.28", Path.of("/run/cdi")).state()).isEqualTo(State.OK);
    Finding elsewhere = judge("containerd://1.7.28", Path.of("/opt/cdi"));
    assertThat(elsewhere.state()).isEqualTo(State.FAIL);
    assertThat(elsewhere.what()).contains("cdi_spec_dirs is not set", "/etc/cdi", "/opt/cdi");
  }

  @Test
  void directoriesThatAreNamedReplaceTheDefaults() throws IOException {
    write(
        "etc/containerd/config.toml",
        V3 + "cdi_spec_dirs = [\n  '/etc/cdi', # ours\n  \"/opt/cdi\"\n]\n");
    assertThat(judge("containerd://2.1.4").state()).isEqualTo(State.FAIL);
    assertThat(judge("containerd://2.1.4", Path.of("/opt/cdi")).state()).isEqualTo(State.OK);
    write("etc/containerd/config.toml", V3 + "cdi_spec_dirs = []\n");
    assertThat(judge("containerd://2.1.4").state()).isEqualTo(State.FAIL);
  }

  @Test
  void whatAnImportSaysCounts() throws IOException {
    write("etc/containerd/config.toml", "version = 2\nimports = [\"conf.d/*.toml\"]\n");
    write("etc/containerd/conf.d/10.toml", V2 + ON + "cdi_spec_dirs = [\"/opt/cdi\"]\n");
    assertThat(judge("containerd://1.7.28").state()).isEqualTo(State.FAIL);
    assertThat(judge("containerd://1.7.28", Path.of("/opt/cdi")).state()).isEqualTo(State.OK);
    write("etc/containerd/conf.d/10.toml", V2 + "enable_cdi = false\n");
    assertThat(judge("containerd://2.1.4").state()).isEqualTo(State.FAIL);
  }

  /** Whether the last file replaces the section or adds to it depends on the version. */
  @Test
  void filesThatCannotBePutTogetherForSureAreNotKnown() throws IOException {
    write("etc/containerd/config.toml", "imports = ['/etc/containerd/more.toml']\n" + V2 + ON);
    write("etc/containerd/more.toml", V2 + "  max_container_log_line_size = 1\n");
    Finding found = judge("containerd://1.7.28");
    assertThat(found.state()).isEqualTo(State.WARN);
    assertThat(found.what()).contains("more.toml", "merges");
    write("etc/containerd/more.toml", V2 + ON);
    assertThat(judge("containerd://1.7.28").state()).isEqualTo(State.OK);
  }

  @Test
  void aDropInThatIsNotNamedIsKnownToCountLaterOnly() throws IOException {
    write("etc/containerd/config.toml", V3);
    write("etc/containerd/conf.d/cdi.toml", V3 + "cdi_spec_dirs = ['/opt/cdi']\n");
    assertThat(judge("containerd://2.2.0").state()).isEqualTo(State.WARN);
  }

  @Test
  void aFileThatCannotBeReadIsAFinding() throws IOException {
    Files.createDirectories(root.resolve("etc/containerd/config.toml")); // not even root reads it
    for (String runtime : List.of("containerd://1.7.28", "containerd://2.1.4")) {
      assertThat(judge(runtime).state()).isEqualTo(State.WARN);
      assertThat(judge(runtime).what()).contains("cannot be read", "config.toml");
    }
  }

  @Test
  void theFileOfTheRunningProcessCounts() throws IOException {
    write("etc/containerd/config.toml", V2 + "enable_cdi = false\n");
    write("opt/own.toml", V2 + ON);
    write("proc/7/cmdline", "/usr/bin/containerd\0--config\0/opt/own.toml\0");
    assertThat(judge("containerd://1.7.28").state()).isEqualTo(State.OK);
  }

  @Test
  void crioReadsItsFileAndTheDropIns() throws IOException {
    write(
        "etc/crio/crio.conf", "[crio.runtime]\ncdi_spec_dirs = [\"/etc/cdi\", \"/var/run/cdi\"]\n");
    assertThat(judge("cri-o://1.34.0").state()).isEqualTo(State.OK);
    write("etc/crio/crio.conf.d/99-mine.conf", "[crio.runtime]\ncdi_spec_dirs = [\"/etc/cdi\"]\n");
    assertThat(judge("cri-o://1.34.0").state()).isEqualTo(State.FAIL);
  }

  @Test
  void otherRuntimes() {
    assertThat(judge("containerd://1.6.9").state()).isEqualTo(State.FAIL);
    assertThat(judge("docker://28.0.0").state()).isEqualTo(State.WARN);
    assertThat(judge("").state()).isEqualTo(State.WARN);
  }

  private Finding cdi() throws IOException {
    List<Finding> found = new CdiFilesCheck(root, "acceld.dev").look();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  @Test
  void aDeviceThatTwoFilesDefineIsFound() throws IOException {
    String ours =
        "{\"cdiVersion\":\"0.6.0\",\"kind\":\"acceld.dev/claim\",\"devices\":[{\"name\":\"u-gpu-0\"}]}";
    write("acceld.dev-u.json", ours);
    write("nvidia.yaml", "kind: nvidia.com/gpu\ndevices: [{name: all}]\n");
    write("nvidia2.yaml", "kind: nvidia.com/gpu\ndevices: [{name: all}]\n"); // not our business
    assertThat(cdi().state()).isEqualTo(State.OK);
    write("backup.yaml", "kind: acceld.dev/claim\ndevices: [{name: u-gpu-0}]\n");
    assertThat(cdi().state()).isEqualTo(State.FAIL);
    assertThat(cdi().what())
        .contains("acceld.dev/claim=u-gpu-0", "backup.yaml", "acceld.dev-u.json");
    Files.delete(root.resolve("backup.yaml"));
    write("half.json", "{\"kind\":");
    assertThat(cdi().state()).isEqualTo(State.WARN);
    assertThat(cdi().what()).contains("half.json");
  }
}
