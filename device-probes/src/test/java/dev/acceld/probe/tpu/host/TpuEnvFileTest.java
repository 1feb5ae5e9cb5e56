package dev.acceld.probe.tpu.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.host.HostTree;
import dev.acceld.probe.tpu.host.FactSource.Statement;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpuEnvFileTest {
  @TempDir Path root;
  private HostTree tree;
  private TpuEnvFile file;

  @BeforeEach
  void plant() {
    tree = new HostTree(root);
    file = new TpuEnvFile(tree.host());
  }

  @Test
  void aHostWithoutTheFileSaysNothing() {
    assertThat(file.now()).isEqualTo(Statement.NOTHING);
    tree.file("/etc/tpu/tpu-env", "");
    assertThat(file.now()).isEqualTo(Statement.NOTHING);
    tree.remove("/etc/tpu/tpu-env").file("/etc/tpu/tpu-env/is-a-directory", "");
    assertThat(file.now()).isEqualTo(Statement.NOTHING);
  }

  @Test
  void readsTheFileAnewAndNamesItInProblems() {
    tree.file("/etc/tpu/tpu-env", "WORKER_ID: '1'\n");
    assertThat(file.now().facts()).containsEntry(Fact.WORKER_ID, "1");
    tree.file("/etc/tpu/tpu-env", "WORKER_ID: '2'\nTOPO");
    assertThat(file.now().facts()).containsEntry(Fact.WORKER_ID, "2");
    assertThat(file.now().problems())
        .singleElement()
        .asString()
        .startsWith("/etc/tpu/tpu-env: line 2");
  }
}
