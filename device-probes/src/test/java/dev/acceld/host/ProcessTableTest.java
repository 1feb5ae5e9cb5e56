package dev.acceld.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which process an id means, also when it has ended or its id is another's by now. */
class ProcessTableTest {
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344445555";
  private static final String IN_POD = "0::/kubepods/burstable/pod" + UID + "/" + "ab".repeat(32);

  @TempDir Path root;
  private HostTree tree;
  private ProcessTable table;

  @BeforeEach
  void plant() {
    tree = new HostTree(root).file("/proc/uptime", "1000.50 3000.00\n");
    tree.file("/proc/2/comm", "kthreadd\n");
    table = ProcessTable.of(new HostProcesses(tree.host()));
  }

  private void process(int pid, String command, long startTicks, String cgroup) {
    tree.file("/proc/" + pid + "/comm", command + "\n").file("/proc/" + pid + "/cgroup", cgroup);
    String before = " S 1 1 1 0 -1 4194560 1 1 1 1 1 1 1 1 20 0 1 0 ";
    tree.file("/proc/" + pid + "/stat", pid + " (" + command + ")" + before + startTicks + " 9 9");
  }

  private Map<Integer, HostProcess> look(Integer... pids) {
    return table.look(List.of(pids), Duration.ZERO);
  }

  private HostProcess found(int pid) {
    return Optional.ofNullable(look(pid, 99).get(pid)).orElseThrow();
  }

  @Test
  void aProcessHasItsNameAndItsPod() {
    process(7, "python3", 50_000, IN_POD);
    HostProcess found = found(7);
    assertThat(found).isEqualTo(new HostProcess(7, 50_000, "python3", ControlGroup.of(IN_POD)));
    assertThat(found.group().podUid()).contains(UID);
    assertThat(look(8)).isEmpty();
  }

  @Test
  void anIdThatIsUsedAgainIsAnotherProcess() {
    process(7, "python3", 50_000, IN_POD);
    look(7);
    process(7, "sshd", 90_000, "0::/system.slice/ssh.service");
    HostProcess now = found(7);
    assertThat(now.command()).isEqualTo("sshd");
    assertThat(now.group().podUid()).isEmpty();
    assertThat(now.group().host()).isTrue();
  }

  /** Up for 1000.5 s; it started half a second ago, and the driver's list is a second old. */
  @Test
  void whoeverStartedAfterTheDriverToldIsSomebodyElse() {
    process(7, "sshd", 100_000, "0::/system.slice/ssh.service");
    assertThat(table.look(List.of(7), Duration.ofSeconds(1))).isEmpty();
    assertThat(table.look(List.of(7), Duration.ofMillis(400))).containsKey(7);
  }

  @Test
  void ofAContainersProcessesNothingIsSaid() {
    tree.file("/proc/2/comm", "sh\n");
    process(7, "python3", 50_000, IN_POD);
    assertThat(table.sees()).isFalse();
    assertThat(look(7)).isEmpty();
    ProcessTable own = ProcessTable.ofOwnIds(new HostProcesses(tree.host()));
    assertThat(own.look(List.of(7), Duration.ZERO)).containsKey(7);
  }

  @Test
  void aNameCannotBreakALine() {
    process(7, "a) R 1\nb\u001b[31m", 50_000, IN_POD);
    HostProcess found = found(7);
    assertThat(found.command()).isEqualTo("a) R 1\\nb\\u001b[31m");
    assertThat(found.startTicks()).isEqualTo(50_000);
    process(8, "x".repeat(5000), 50_000, IN_POD);
    assertThat(found(8).command()).hasSize(65).endsWith("…");
  }

  @Test
  void whatCannotBeReadIsUnknownAndNotKept() {
    process(7, "python3", 50_000, IN_POD);
    tree.remove("/proc/7/cgroup");
    assertThat(found(7).group()).isEqualTo(ControlGroup.UNKNOWN);
    tree.remove("/proc/7/stat");
    assertThat(look(7)).isEmpty();
  }

  @Test
  void fiveThousandProcessesAreLookedUpAndForgotten() {
    IntStream.rangeClosed(10, 5009).forEach(pid -> process(pid, "p" + pid, 1000 + pid, IN_POD));
    List<Integer> all = IntStream.rangeClosed(10, 5009).boxed().toList();
    assertThat(table.look(all, Duration.ZERO)).hasSize(5000);
    assertThat(look(10)).containsOnlyKeys(10);
  }
}
