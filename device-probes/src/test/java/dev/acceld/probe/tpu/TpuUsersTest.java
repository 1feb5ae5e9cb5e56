package dev.acceld.probe.tpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.acceld.device.Device;
import dev.acceld.device.DeviceName;
import dev.acceld.host.HostFs;
import dev.acceld.host.HostProcesses;
import dev.acceld.host.HostTree;
import dev.acceld.machine.MachineCatalog;
import dev.acceld.machine.MachineTree;
import dev.acceld.probe.DeviceUser;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpuUsersTest {
  private static final String UID = "0a1b2c3d-0000-1111-2222-333344445555";

  @TempDir Path root;
  private HostTree tree;
  private TpuUsers users;
  private List<Device> devices;

  @BeforeEach
  void plant() throws Exception {
    MachineTree machine = MachineTree.create(root.resolve("m"), MachineCatalog.load("tpu-v5ex8"));
    tree = new HostTree(machine.root());
    HostFs fs = new HostFs(machine.root());
    devices = TpuTests.probe(fs).discover().devices();
    users = new TpuUsers(new HostProcesses(fs));
    String group = devices.getFirst().common().files().getFirst().path();
    tree.file("/proc/4711/comm", "python3\n").link("/proc/4711/fd/9", group);
    tree.file("/proc/4711/cgroup", "0::/kubepods/pod" + UID + "/c\n");
  }

  @Test
  void aChipAndEachShapeWithItAreInUse() {
    tree.file("/proc/2/comm", "kthreadd\n").link("/proc/1/fd/0", "/dev/null");
    assertThat(users.users(devices))
        .hasSize(4)
        .containsEntry(
            new DeviceName("tpu-2x2-0000-00-04"),
            List.of(new DeviceUser(4711, "python3", Optional.of(UID))))
        .containsKey(devices.getFirst().name())
        .doesNotContainKey(devices.get(1).name());
    assertThat(devices).allMatch(users::tellsUsers);
  }

  @Test
  void whoCannotLookSaysThatNobodyUsesThem() {
    assertThat(users.users(devices)).isEmpty();
  }
}
